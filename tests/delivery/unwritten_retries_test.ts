/** What the courier does while it cannot write down what became of attempts. */
import { assert, assertEquals } from "@std/assert";
import type { Outbox } from "../../src/delivery/outbox.ts";
import { UnwrittenRetries } from "../../src/delivery/unwritten_retries.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { courierBench } from "./courier_bench.ts";

const stored = (sequence: number, attempts = 1) => ({
  ...aDelivery(),
  sequence,
  attempts,
  dueAt: 0,
});

Deno.test("those that are due are handed out once, the earliest first, no more than asked for", () => {
  const retries = new UnwrittenRetries();
  assertEquals(retries.earliest, Infinity);
  retries.add(stored(1), 300);
  retries.add(stored(2), 100);
  retries.add(stored(3), 200);
  const take = (now: number, most = 9) => retries.take(now, most).map(({ sequence }) => sequence);
  assertEquals([take(99), retries.earliest], [[], 100]);
  assertEquals([take(300, 2), retries.earliest], [[2, 3], 300]);
  assertEquals([take(300), take(300), retries.earliest], [[1], [], Infinity]);
});

Deno.test("one is left to the outbox when all of it is written and it is not under way", () => {
  const retries = new UnwrittenRetries();
  assertEquals(retries.written(1), true, "of others nothing is known here");
  retries.add(stored(1), 100);
  retries.take(100, 1);
  assertEquals(retries.written(1), false, "it is under way");
  retries.attempted(1);
  assertEquals(retries.written(1), true);
  retries.add(stored(2), 100);
  retries.take(100, 1);
  retries.attempted(2);
  assertEquals([retries.written(2), retries.written(2)], [false, true], "both were to be written");
});

Deno.test("one that is given back waits on, unless the outbox knows all of it", () => {
  const retries = new UnwrittenRetries();
  assertEquals(retries.giveBack(1), true);
  retries.add(stored(1), 100);
  retries.take(100, 1);
  assertEquals([retries.giveBack(1), retries.earliest], [false, 100]);
  assertEquals(retries.take(100, 1).length, 1);
  retries.written(1);
  assertEquals([retries.giveBack(1), retries.take(100, 1)], [true, []]);
});

/** An outbox that takes no settlements until it is let. */
function unwritable() {
  const state = { full: true, refused: 0 };
  const wrap = (outbox: Outbox): Outbox => ({
    append: (batch) => outbox.append(batch),
    due: (...question) => outbox.due(...question),
    nextDue: (...question) => outbox.nextDue(...question),
    settle(settlements) {
      if (!state.full) return outbox.settle(settlements);
      state.refused++;
      return Promise.reject(new Error("database or disk is full"));
    },
    probe: () => outbox.probe(),
    counts: () => outbox.counts(),
    oldest: () => outbox.oldest(),
    close: () => outbox.close(),
  });
  return { state, wrap };
}

/** A target that answers with what it is told at the moment. */
function startTargetSaying(status: number) {
  const said = { status };
  const server = startTarget(() => new Response(null, said));
  return Object.assign(server, { said });
}

Deno.test("what is due is tried again although nothing can be written, as the schedule says", async () => {
  await using server = startTargetSaying(500);
  const { state, wrap } = unwritable();
  const target = aTarget({ url: server.url, retry: { first: 60_000, factor: 1, jitter: "none" } });
  await using bench = await courierBench({ targets: [target], wrap });
  await bench.take(deliveries(3));
  await bench.reported(3);
  // a minute passes: one attempt each, however often the outbox is woken and refuses
  for (let second = 0; second < 55; second++) {
    bench.clock.advance(1000);
    bench.courier.wake();
    await bench.outbox.counts();
    await new Promise((turn) => setTimeout(turn));
  }
  assertEquals([server.received.length, bench.reports.length], [3, 3], "no hot loop");
  assert(state.refused > 10 && state.refused < 100, `${state.refused}`);
  server.said.status = 204;
  await eventually("they are delivered", () => {
    bench.clock.advance(1000);
    return server.received.length === 6;
  });
  await bench.reported(6);
  assertEquals(bench.reports.slice(3).map(({ result, attempt }) => [result, attempt]), [
    ...[["delivered", 2], ["delivered", 2], ["delivered", 2]],
  ]);
  assertEquals((await bench.outbox.counts())[0]?.waiting, 3, "the file does not know of it");
  state.full = false;
  await eventually("the outbox is empty", async () => {
    bench.clock.advance(1000);
    return (await bench.outbox.counts()).length === 0;
  });
  assertEquals(server.received.length, 6, "nothing is sent again");
});

Deno.test("attempts are used up and end in a dead letter although nothing can be written", async () => {
  await using server = startTargetSaying(500);
  const { state, wrap } = unwritable();
  const retry = { attempts: 3, first: 2000, factor: 1, jitter: "none" } as const;
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, retry })],
    wrap,
  });
  await bench.take([aDelivery()]);
  await eventually("three attempts", async () => {
    bench.clock.advance(500);
    await bench.outbox.counts();
    return bench.reports.length === 3;
  });
  assertEquals(bench.reports.map(({ result }) => result), ["retry", "retry", "dead"]);
  for (let second = 0; second < 30; second++) {
    bench.clock.advance(1000);
    bench.courier.wake();
    await new Promise((turn) => setTimeout(turn));
  }
  assertEquals(server.received.length, 3);
  state.full = false;
  await eventually("it is a dead letter", async () => {
    bench.clock.advance(1000);
    return (await bench.outbox.counts())[0]?.dead === 1;
  });
});

Deno.test("the deliveries of one key keep their order although nothing can be written", async () => {
  let failing = true;
  const bodies: string[] = [];
  await using server = startTarget(({ text }) => {
    if (failing) return new Response(null, { status: 500 });
    bodies.push(text);
    return new Response(null, { status: 204 });
  });
  const { state, wrap } = unwritable();
  const retry = { first: 5000, factor: 1, jitter: "none" } as const;
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, retry, concurrency: 8 })],
    wrap,
  });
  const expected = ["1", "2", "3", "4", "5", "6"];
  await bench.take(
    expected.map((body) => aDelivery({ id: `d${body}`, body, orderKey: "g1" })),
  );
  await bench.reported(1);
  failing = false;
  await eventually("all are delivered", async () => {
    bench.clock.advance(500);
    bench.courier.wake();
    await bench.outbox.counts();
    return bodies.length >= 6;
  });
  assertEquals(bodies, expected);
  state.full = false;
  await eventually("the outbox is empty", async () => {
    bench.clock.advance(1000);
    return (await bench.outbox.counts()).length === 0;
  });
  assertEquals(bodies, expected, "nothing is sent again");
});

Deno.test("a breaker that opens meanwhile loses no attempt, and all arrives when it closes", async () => {
  await using server = startTargetSaying(500);
  const { state, wrap } = unwritable();
  const target = aTarget({
    url: server.url,
    concurrency: 2,
    retry: { attempts: 100, first: 1000, factor: 1, jitter: "none" },
    breaker: { failures: 6, pause: 30_000, longest: 30_000 },
  });
  await using bench = await courierBench({ targets: [target], wrap });
  await bench.take(deliveries(4));
  const pass = async () => {
    bench.clock.advance(500);
    await bench.outbox.counts();
    await new Promise((turn) => setTimeout(turn));
  };
  await eventually("the breaker is open", async () => {
    await pass();
    return bench.changes.some(({ state }) => state === "open");
  });
  const before = server.received.length;
  for (let half = 0; half < 40; half++) await pass();
  assertEquals(server.received.length, before, "it is left alone");
  server.said.status = 204;
  await eventually("all are delivered", async () => {
    await pass();
    return bench.reports.filter(({ result }) => result === "delivered").length === 4;
  });
  assert(bench.reports.at(-1)!.attempt > 1, "the attempts made so far count");
  state.full = false;
  await eventually("the outbox is empty", async () => {
    await pass();
    return (await bench.outbox.counts()).length === 0;
  });
  assertEquals(server.received.length, before + 4);
});
