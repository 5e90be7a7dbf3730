import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AttemptResult, Outbox } from "../../src/delivery/outbox.ts";
import { AttemptResults } from "../../src/delivery/attempt_results.ts";
import { LeasedOutbox } from "../../src/stores/leased_outbox.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { dueAt, outboxFile } from "../stores/outbox_file.ts";
import { deliveries, failing, passedOn } from "./builders.ts";

/** How long results gather, and how long the pause after a failure is, milliseconds. */
const gatherFor = 20;
const pause = 1000;
/** How often a closing tries to write, and how long it waits between, milliseconds. */
const closing = { tries: 3, pause: 100 };

/** AttemptResults over a real outbox that holds deliveries; `failures` of its settles fail first. */
async function settling(
  { count, failures = 0, reason }: { count: number; failures?: number; reason?: unknown },
) {
  const file = await outboxFile();
  const stored = file.open();
  await stored.append(deliveries(count));
  const due = await dueAt(stored, Number.MAX_SAFE_INTEGER, { limit: count });
  const batches: AttemptResult[][] = [];
  const failed: string[] = [];
  const clock = new FakeClock();
  const flaky = failing(new LeasedOutbox(stored, clock), "settle", failures, reason);
  const outbox: Outbox = {
    ...passedOn(flaky),
    settle(results) {
      batches.push([...results]);
      return flaky.settle(results);
    },
  };
  const results = new AttemptResults({
    outbox,
    clock,
    outboxFailed: ({ message }) => void failed.push(message),
    outboxWrites: () => void recoveries.push(results.failing),
  });
  const recoveries: boolean[] = [];
  const written: string[] = [];
  return {
    clock,
    batches,
    failed,
    written,
    recoveries,
    results,
    outbox: stored,
    /** Notes that the deliveries of these indices were delivered. */
    deliver(...indices: readonly number[]) {
      for (const index of indices) {
        const { storeID, id } = due[index]!;
        results.add({ kind: "delivered", storeID }, () => void written.push(id));
      }
    },
    /** Notes that the delivery of an index is tried again after so many milliseconds. */
    retry(index: number, retryIn: number) {
      const { storeID, id } = due[index]!;
      const result = { kind: "retry", storeID, attempts: 1, retryIn, error: "503" } as const;
      results.add(result, () => void written.push(id));
    },
    waiting: async () => (await stored.counts())[0]?.waiting ?? 0,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

Deno.test("results gather and are written with one transaction", async () => {
  await using bench = await settling({ count: 3 });
  bench.deliver(0, 1, 2);
  bench.clock.advance(gatherFor - 1);
  assertEquals(bench.clock.timers, 1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 3);
  assertEquals(bench.batches.map(({ length }) => length), [3]);
  assertEquals(await bench.waiting(), 0);
});

Deno.test("the first result's time counts: more of them do not put the writing off", async () => {
  await using bench = await settling({ count: 2 });
  bench.deliver(0);
  bench.clock.advance(gatherFor - 1);
  bench.deliver(1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 2);
});

Deno.test("many results are written without waiting for the time", async () => {
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
  assertEquals(bench.results.failing, true);
  bench.clock.advance(pause - 1);
  assertEquals(bench.clock.timers, 1);
  bench.clock.advance(1);
  await eventually("they are written", () => bench.written.length === 2);
  assertEquals(await bench.waiting(), 0);
  assertEquals(bench.recoveries, [false], "that it is over is told once");
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

Deno.test("the pause is kept however many come during it", async () => {
  await using bench = await settling({ count: 402, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  await eventually("the pause has begun", () => bench.clock.timers === 1);
  bench.deliver(...Array.from({ length: 401 }, (_, index) => index + 1));
  bench.clock.advance(pause - 1);
  assertEquals(bench.batches.map(({ length }) => length), [1]);
  bench.clock.advance(1);
  await eventually("all are written", () => bench.written.length === 402);
  assertEquals(bench.batches.map(({ length }) => length), [1, 402]);
});

Deno.test("the pause is kept for what came while the writing that failed was under way", async () => {
  await using bench = await settling({ count: 2, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  bench.deliver(1);
  await eventually("the outbox has failed", () => bench.failed.length === 1);
  bench.clock.advance(pause - 1);
  assertEquals(bench.batches.length, 1);
  bench.clock.advance(1);
  await eventually("both are written", () => bench.written.length === 2);
});

Deno.test("what comes while a writing is under way is written after it", async () => {
  await using bench = await settling({ count: 401 });
  const rest = Array.from({ length: 400 }, (_, index) => index + 1);
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  bench.deliver(...rest);
  await eventually("all are written", () => bench.written.length === 401);
  assertEquals(bench.batches.map(({ length }) => length), [1, 400]);
});

for (const reason of [null, "out of space"]) {
  Deno.test(`an outbox that fails with ${reason} is told as an error`, async () => {
    await using bench = await settling({ count: 1, failures: 1, reason });
    bench.deliver(0);
    bench.clock.advance(gatherFor);
    await eventually("the outbox has failed", () => bench.failed.length === 1);
    assertEquals(bench.failed, [String(reason)]);
  });
}

Deno.test("closing writes what is left and leaves no timer", async () => {
  await using bench = await settling({ count: 2 });
  bench.deliver(0, 1);
  await bench.results.close();
  assertEquals(bench.written, ["d1", "d2"]);
  assertEquals(await bench.waiting(), 0);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing over an outbox that fails tells it and tries again", async () => {
  await using bench = await settling({ count: 1, failures: closing.tries - 1 });
  bench.deliver(0);
  const closed = bench.results.close();
  for (let failure = 1; failure < closing.tries; failure++) {
    await eventually("it waits", () => bench.clock.timers === 1);
    assertEquals(bench.failed.length, failure);
    bench.clock.advance(closing.pause);
  }
  await closed;
  assertEquals(bench.written, ["d1"]);
  assertEquals(await bench.waiting(), 0);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing gives up in the end, tells how much is lost and does not throw", async () => {
  await using bench = await settling({ count: 2, failures: Infinity });
  bench.deliver(0, 1);
  const closed = bench.results.close();
  for (let failure = 1; failure < closing.tries; failure++) {
    await eventually("it waits", () => bench.clock.timers === 1);
    bench.clock.advance(closing.pause);
  }
  await closed;
  assertEquals(bench.batches.length, closing.tries);
  assertEquals(bench.failed.length, closing.tries + 1);
  assertStringIncludes(bench.failed.at(-1)!, "2 deliveries");
  assertEquals(await bench.waiting(), 2);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing does not wait for the end of a pause", async () => {
  await using bench = await settling({ count: 1, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  await eventually("the pause has begun", () => bench.clock.timers === 1);
  await bench.results.close();
  assertEquals(bench.written, ["d1"]);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("closing writes what came while the last writing was under way", async () => {
  await using bench = await settling({ count: 2 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  bench.deliver(1);
  await bench.results.close();
  assertEquals(bench.written, ["d1", "d2"]);
});

Deno.test("closing with nothing left does not touch the outbox", async () => {
  await using bench = await settling({ count: 1 });
  await bench.results.close();
  assertEquals(bench.batches, []);
});

Deno.test("no transaction writes more than a thousand, so that a full disk is not met with all", async () => {
  await using bench = await settling({ count: 2500, failures: 1 });
  bench.deliver(0);
  bench.clock.advance(gatherFor);
  await eventually("the pause has begun", () => bench.clock.timers === 1);
  bench.deliver(...Array.from({ length: 2499 }, (_, index) => index + 1));
  bench.clock.advance(pause);
  await eventually("all are written", () => bench.written.length === 2500);
  assertEquals(bench.batches.map(({ length }) => length), [1, 1000, 1000, 500]);
});

Deno.test("a retry waits from its attempt on, however late that can be written", async () => {
  await using bench = await settling({ count: 1, failures: 3 });
  const at = bench.clock.now();
  bench.retry(0, 60_000);
  await eventually("it is written", () => {
    bench.clock.advance(100);
    return bench.written.length === 1;
  });
  assert(bench.clock.now() > at + 3 * pause);
  assertEquals(bench.outbox.nextDue("analytics", new Set()), at + 60_000);
});
