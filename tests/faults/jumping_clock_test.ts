/**
 * A wall clock that is set while deliveries wait: with a real outbox file and real sockets, on a
 * clock that the test sets.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ClockJumps } from "../../src/stores/clock_jumps.ts";
import { aTarget, deliveries } from "../delivery/builders.ts";
import { type CourierBench, courierBench } from "../delivery/courier_bench.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget, type TargetServer } from "../support/target_server.ts";
import { tally } from "./forwarding.ts";

const hour = 3_600_000;
const count = 50;
/** How long settlements gather, milliseconds. */
const gatherFor = 20;

/** A target that answers 503 to everything for the first time. */
function startHesitant(): TargetServer {
  const seen = new Set<string>();
  return startTarget(({ headers }) => {
    const id = headers.get("webhook-id")!;
    if (seen.has(id)) return new Response(null, { status: 204 });
    seen.add(id);
    return new Response(null, { status: 503 });
  });
}

/** A courier whose deliveries have failed once and wait for a minute. */
async function waiting({ url }: TargetServer): Promise<CourierBench> {
  const retry = { first: 60_000, factor: 1, jitter: "none" } as const;
  const bench = await courierBench({ targets: [aTarget({ url, retry })] });
  const operations = deliveries(count).map((delivery) => ({
    ...delivery,
    operationID: delivery.id,
    createdAt: bench.clock.now(),
  }));
  await bench.take(operations);
  await bench.reported(count);
  bench.clock.advance(gatherFor);
  await eventually("the lane waits", () => bench.clock.timers === 1);
  return bench;
}

/** That all has arrived, the second attempt alone being taken. */
function assertArrived(what: string, bench: CourierBench, { received }: TargetServer): void {
  const taken = received.filter(({ headers }) => headers.get("x-delivery-attempt") === "2");
  const answered = new Set(deliveries(count).map(({ id }) => id));
  const nothingLost = { answered: count, received: count, duplicates: 0, lost: 0 };
  assertEquals(tally(what, answered, taken), nothingLost);
  assertEquals(bench.outboxFailures, []);
}

/** Sets the machine's clock, and lets what the store does then happen. */
function setClock({ clock, outbox, steady }: CourierBench, by: number): void {
  using jumps = new ClockJumps(clock, (by) => {
    outbox.moveDue(by);
    steady.follow();
  });
  clock.jump(clock.now() + by);
  jumps.look();
}

for (
  const [how, jumps] of [
    ["back an hour", [-hour]],
    ["forward an hour", [hour]],
    ["forward a day by mistake and back again", [24 * hour, -24 * hour]],
  ] as const
) {
  Deno.test(`a clock that is set ${how} makes no delivery come sooner or later`, async () => {
    await using target = startHesitant();
    await using bench = await waiting(target);
    for (const by of jumps) setClock(bench, by);
    bench.clock.advance(60_000 - gatherFor - 1);
    await eventually("the lane waits for the last millisecond", () => bench.clock.timers === 1);
    assertEquals(bench.reports.length, count);
    bench.clock.advance(1);
    await bench.reported(2 * count);
    await bench.holds({ waiting: 0, dead: 0 });
    assertArrived(`a clock set ${how}`, bench, target);
  });
}
