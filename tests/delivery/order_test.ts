import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { Courier } from "../../src/delivery/courier.ts";
import type { AttemptReport } from "../../src/delivery/courier_context.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery, aTarget } from "./builders.ts";
import { type Behind, orderedOutbox } from "./ordered_outbox.ts";

/** What a run does next. */
type Step =
  | { readonly kind: "take"; readonly key: string; readonly fromMemory: boolean }
  | { readonly kind: "answer"; readonly which: number; readonly status: 204 | 503 | 400 | 410 }
  | { readonly kind: "advance"; readonly milliseconds: number }
  | { readonly kind: "jump"; readonly milliseconds: number }
  | { readonly kind: "resume" };

const key = fc.constantFrom("", "a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("take" as const), key, fromMemory: fc.boolean() }),
  fc.record({
    kind: fc.constant("answer" as const),
    which: fc.nat(20),
    status: fc.constantFrom<(204 | 503 | 400 | 410)[]>(204, 204, 503, 503, 503, 400, 410),
  }),
  fc.record({ kind: fc.constant("advance" as const), milliseconds: fc.nat(3000) }),
  fc.record({
    kind: fc.constant("jump" as const),
    milliseconds: fc.integer({ min: -60_000, max: 60_000 }),
  }),
  fc.record({ kind: fc.constant("resume" as const) }),
);

interface UnderWay {
  readonly delivery: NewDelivery;
  answer(status: number): void;
}

/** Lets everything that needs no time happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** A courier whose target answers when a step says so; everything in it is in this thread. */
function ordered(behind: Behind, target: Target) {
  const clock = new FakeClock();
  const outbox = orderedOutbox(behind, clock);
  const underWay: UnderWay[] = [];
  const reports: AttemptReport[] = [];
  const stored: NewDelivery[] = [];
  const together: string[] = [];
  const courier = new Courier([target], {
    outbox,
    clock,
    random: () => 0.5,
    post: (delivery) =>
      new Promise((resolve, reject) => {
        // what the target was sent for a key, and has not answered, is alone
        const sameKey = underWay.filter((other) =>
          delivery.orderKey !== "" && other.delivery.orderKey === delivery.orderKey
        );
        for (const other of sameKey) together.push(`${other.delivery.id} and ${delivery.id}`);
        underWay.push({
          delivery,
          answer(status) {
            if (status === 204) return resolve({ status, text: "" });
            const retryable = status === 503;
            reject(new DeliveryError(String(status), { retryable, status }));
          },
        });
      }),
    report: (report) => void reports.push(report),
    targetChanged() {},
    outboxFailed(error) {
      throw error;
    },
  });
  const run = {
    courier,
    outbox,
    underWay,
    reports,
    stored,
    /** Deliveries of one key that were under way at once. */
    together,
    async take(orderKey: string, { fromMemory = true } = {}) {
      const id = `d${stored.length + 1}`;
      const delivery = aDelivery({ id, orderKey, createdAt: clock.now() });
      stored.push(delivery);
      const claimed = await outbox.append([delivery], courier.lease);
      if (fromMemory) courier.stored([delivery], claimed);
      else {
        await outbox.release(claimed.map(({ storeID }) => storeID));
        courier.wake();
      }
      await settle();
    },
    async answer(which: number, status: number) {
      const [request] = underWay.splice(which % Math.max(1, underWay.length), 1);
      request?.answer(status);
      await settle();
    },
    async advance(milliseconds: number) {
      clock.advance(milliseconds);
      await settle();
    },
    async make(step: Step) {
      switch (step.kind) {
        case "take":
          return await run.take(step.key, step);
        case "answer":
          return await run.answer(step.which, step.status);
        case "advance":
          return await run.advance(step.milliseconds);
        case "jump":
          return clock.jump(clock.now() + step.milliseconds);
        case "resume":
          courier.resume(target.name);
          return await settle();
      }
    },
  };
  return run;
}

/** The IDs of a key in the order in which they ended for good. */
function ended(reports: readonly AttemptReport[], ids: ReadonlySet<string>): string[] {
  return reports.filter(({ id, result }) => ids.has(id) && isEnd(result)).map(({ id }) => id);
}

function isEnd(result: AttemptReport["result"]): boolean {
  return result === "delivered" || result === "dead";
}

for (const behind of ["none", "those that are due"] as const) {
  Deno.test(`whatever fails, deliveries of a key end in order (of an outbox that hands out ${behind} behind the first)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120, size: "max" }), async (steps) => {
        const run = ordered(
          behind,
          aTarget({
            concurrency: 3,
            retry: { first: 1000 },
            breaker: { failures: 4, pause: 700, longest: 1400 },
          }),
        );
        for (const step of steps) await run.make(step);
        // then the target is well: everything arrives
        for (let round = 0; round < 2000; round++) {
          const [count] = await run.outbox.counts();
          if ((count?.waiting ?? 0) === 0) break;
          await run.make({ kind: "resume" });
          await run.answer(0, 204);
          await run.advance(run.underWay.length > 0 ? 0 : 500);
        }
        for (const orderKey of ["a", "b", "c"]) {
          const own = run.stored.filter((delivery) => delivery.orderKey === orderKey);
          const ids = own.map(({ id }) => id);
          assertEquals(ended(run.reports, new Set(ids)), ids, orderKey);
        }
        assertEquals(run.together, []);
        const last = new Map(run.reports.map(({ id, result }) => [id, result]));
        assertEquals(last.size, run.stored.length);
        assert([...last.values()].every(isEnd));
        await run.courier.stop(0);
      }),
      { numRuns: 200 },
    );
  });

  Deno.test(`a key that fails holds up none but itself (of an outbox that hands out ${behind} behind the first)`, async () => {
    const run = ordered(behind, aTarget({ concurrency: 2, retry: { first: 60_000 } }));
    for (const key of ["sick", "sick", "well", "well", ""]) await run.take(key);
    const sick = run.underWay.findIndex(({ delivery }) => delivery.id === "d1");
    await run.answer(sick, 503);
    for (let round = 0; round < 8; round++) {
      await run.answer(0, 204);
      await run.advance(100);
    }
    assertEquals(run.reports.map(({ id, result }) => `${id} ${result}`).toSorted(), [
      "d1 retry",
      "d3 delivered",
      "d4 delivered",
      "d5 delivered",
    ]);
    await run.courier.stop(0);
  });
}

Deno.test("what waits behind a delivery of its key needs no look into the outbox", async () => {
  const run = ordered("those that are due", aTarget({ concurrency: 4 }));
  for (let count = 0; count < 5; count++) {
    await run.outbox.append([aDelivery({ orderKey: "a" })], 0);
  }
  run.courier.wake();
  await settle();
  for (let count = 0; count < 5; count++) await run.answer(0, 204);
  assertEquals(run.reports.length, 5);
  await run.courier.stop(0);
});
