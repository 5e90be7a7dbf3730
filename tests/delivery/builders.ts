import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { Outbox } from "../../src/delivery/outbox.ts";
import type { GrowingDelays, RetrySchedule } from "../../src/delivery/retry_schedule.ts";
import type { Target } from "../../src/delivery/target.ts";

/** A delivery; what a test does not care for is that of a group-read report. */
export function aDelivery(parts: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: "delivery-1",
    target: "analytics",
    command: "callbackAfterGroupMsgReadCommand",
    operationID: "op-1",
    orderKey: "",
    createdAt: 1_754_300_000_000,
    headers: {},
    body: '{"sendID":"u1"}',
    ...parts,
  };
}

/** So many deliveries, whose IDs are `d1`, `d2` and so on. */
export function deliveries(count: number, parts: Partial<NewDelivery> = {}): NewDelivery[] {
  return Array.from({ length: count }, (_, index) => aDelivery({ id: `d${index + 1}`, ...parts }));
}

/** Of a schedule what a test cares for; its delays grow unless it gives them. */
export type SchedulePart = Partial<RetrySchedule & Omit<GrowingDelays, "kind">>;

/**
 * A target without a breaker; a test names its URL, and of its schedule what it cares for.
 */
export function aTarget(
  { retry = {}, ...parts }: Partial<Omit<Target, "retry">> & { retry?: SchedulePart },
): Target {
  const { first = 1000, factor = 2, longest = 60_000, ...schedule } = retry;
  return {
    name: "analytics",
    url: "http://127.0.0.1:9/",
    timeout: 30_000,
    concurrency: 4,
    rate: undefined,
    headers: {},
    auth: {},
    secrets: [],
    network: "private",
    redirects: 0,
    ca: undefined,
    breaker: undefined,
    batch: undefined,
    ...parts,
    retry: {
      attempts: 5,
      delays: { kind: "growing", first, factor, longest },
      jitter: "full",
      maxAge: undefined,
      ...schedule,
    },
  };
}

/** An outbox whose method fails as often as it says, before it does its work again. */
export function failing(
  outbox: Outbox,
  method: "claim" | "nextDue" | "settle",
  times: number,
  reason: unknown = new Error("the disk is full"),
): Outbox {
  let left = times;
  const failure = () => left-- > 0 ? Promise.reject(reason) : undefined;
  const of = (name: typeof method) => name === method ? failure() : undefined;
  return {
    ...passedOn(outbox),
    claim: (...question) => of("claim") ?? outbox.claim(...question),
    nextDue: (...question) => of("nextDue") ?? outbox.nextDue(...question),
    settle: (results) => of("settle") ?? outbox.settle(results),
  };
}

/** An outbox that does what another does: what a test changes of it is its own. */
export function passedOn(outbox: Outbox): Outbox {
  return {
    append: (...deliveries) => outbox.append(...deliveries),
    claim: (...question) => outbox.claim(...question),
    release: (ids) => outbox.release(ids),
    nextDue: (...question) => outbox.nextDue(...question),
    settle: (results) => outbox.settle(results),
    probe: () => outbox.probe(),
    counts: () => outbox.counts(),
    oldest: () => outbox.oldest(),
  };
}
