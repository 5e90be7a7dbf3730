import { assertEquals } from "@std/assert";
import type { Outbox, Settlement } from "../../src/delivery/outbox.ts";
import { Settlements } from "../../src/delivery/settlements.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { dueAt, outboxFile } from "../stores/outbox_file.ts";
import { deliveries, failing } from "./builders.ts";

/** How long settlements gather, and how long the pause after a failure is, milliseconds. */
const gatherFor = 20;
const pause = 1000;

/** Settlements over a real outbox that holds deliveries; `failures` of its settles fail first. */
async function settling({ count, failures = 0 }: { count: number; failures?: number }) {
  const file = await outboxFile();
  const stored = file.open();
  await stored.append(deliveries(count));
  const due = await dueAt(stored, Number.MAX_SAFE_INTEGER, { limit: count });
  const clock = new FakeClock();
  const batches: Settlement[][] = [];
  const failed: string[] = [];
  const flaky = failing(stored, "settle", failures);
  const outbox: Outbox = {
    append: (batch) => flaky.append(batch),
    due: (...question) => flaky.due(...question),
    nextDue: (...question) => flaky.nextDue(...question),
    counts: () => flaky.counts(),
    close: () => flaky.close(),
    settle(settlements) {
      batches.push([...settlements]);
      return flaky.settle(settlements);
    },
  };
  const settlements = new Settlements({
    outbox,
    clock,
    outboxFailed: ({ message }) => void failed.push(message),
  });
  const written: string[] = [];
  return {
    clock,
    batches,
    failed,
    written,
    settlements,
    outbox: stored,
    /** Notes that the deliveries of these indices were delivered. */
    deliver(...indices: readonly number[]) {
      for (const index of indices) {
        const { sequence, id } = due[index]!;
        settlements.add({ kind: "delivered", sequence }, () => void written.push(id));
      }
    },
    waiting: async () => (await stored.counts())[0]?.waiting ?? 0,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

Deno.test("settlements gather and are written with one transaction", async () => {
  await using bench = await settling({ count: 3 });
  bench.deliver(0, 1, 2);
  bench.clock.advance(gatherFor - 1);
  assertEquals(bench.clock.timers, 1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 3);
  assertEquals(bench.batches.map(({ length }) => length), [3]);
  assertEquals(await bench.waiting(), 0);
});

Deno.test("the first settlement's time counts: more of them do not put the writing off", async () => {
  await using bench = await settling({ count: 2 });
  bench.deliver(0);
  bench.clock.advance(gatherFor - 1);
  bench.deliver(1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 2);
});

Deno.test("many settlements are written without waiting for the time", async () => {
  await using bench = await settling({ count: 200 });
  bench.deliver(...Array.from({ length: 200 }, (_, index) => index));
  await eventually("they are written", () => bench.written.length === 200);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("nobody is told before the writing is done", async () => {
  await using bench = await settling({ count: 1, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  await eventually("the outbox has failed", () => bench.failed.length === 1);
  assertEquals(bench.written, []);
});

Deno.test("what could not be written is told, and written after a pause", async () => {
  await using bench = await settling({ count: 2, failures: 1 });
  bench.deliver(0, 1);
  bench.clock.advance(gatherFor);
  await eventually("the pause has begun", () => bench.clock.timers === 1);
  assertEquals(bench.failed, ["the disk is full"]);
  bench.clock.advance(pause - 1);
  assertEquals(bench.clock.timers, 1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 2);
  assertEquals(await bench.waiting(), 0);
});

Deno.test("what comes during the pause is written with what failed, in its order", async () => {
  await using bench = await settling({ count: 2, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  await eventually("the pause has begun", () => bench.clock.timers === 1);
  bench.deliver(1);
  bench.clock.advance(pause);
  await eventually("both are written", () => bench.written.length === 2);
  assertEquals(bench.written, ["d1", "d2"]);
  assertEquals(bench.batches.map(({ length }) => length), [1, 2]);
});

Deno.test("closing writes what is left and leaves no timer", async () => {
  await using bench = await settling({ count: 2 });
  bench.deliver(0, 1);
  await bench.settlements.close();
  assertEquals(bench.written, ["d1", "d2"]);
  assertEquals(await bench.waiting(), 0);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing over an outbox that fails tells it, leaves no timer and does not throw", async () => {
  await using bench = await settling({ count: 1, failures: 1 });
  bench.deliver(0);
  await bench.settlements.close();
  assertEquals(bench.failed, ["the disk is full"]);
  assertEquals(await bench.waiting(), 1);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing with nothing left does not touch the outbox", async () => {
  await using bench = await settling({ count: 1 });
  await bench.settlements.close();
  assertEquals(bench.batches, []);
});
