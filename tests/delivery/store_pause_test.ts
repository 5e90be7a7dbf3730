/** What the courier does while the outbox takes no results of attempts. */
import { assert, assertEquals } from "@std/assert";
import type { Outbox } from "../../src/delivery/outbox.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries, passedOn } from "./builders.ts";
import { type CourierBench, courierBench } from "./courier_bench.ts";

/** An outbox that takes no results until it is let. */
function unwritable() {
  const state = { full: true, refused: 0 };
  const wrap = (outbox: Outbox): Outbox => ({
    ...passedOn(outbox),
    settle(results) {
      if (!state.full) return outbox.settle(results);
      state.refused++;
      return Promise.reject(new Error("database or disk is full"));
    },
  });
  return { state, wrap };
}

/** A target that answers with what it is told at the moment. */
function startTargetSaying(status: number) {
  const said = { status };
  const server = startTarget(() => new Response(null, said));
  return Object.assign(server, { said });
}

/** Lets seconds pass, and what follows from them happen. */
async function pass({ clock, courier, outbox }: CourierBench, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    courier.wake();
    await outbox.counts();
    await new Promise((turn) => setTimeout(turn));
  }
}

const empty = async ({ outbox }: CourierBench) => (await outbox.counts()).length === 0;

Deno.test("while no result can be written, no target is sent more than what was under way", async () => {
  await using server = startTargetSaying(204);
  const { state, wrap } = unwritable();
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, concurrency: 4 })],
    wrap,
  });
  await bench.take(deliveries(40));
  await eventually("a write has failed", () => {
    bench.clock.advance(20);
    return state.refused > 0;
  });
  await eventually("nothing is under way", () => bench.courier.targetStatuses()[0]?.underWay === 0);
  const sent = server.received.length;
  await pass(bench, 30);
  assertEquals(server.received.length, sent);
  assert(state.refused > 10 && state.refused < 100, `${state.refused} tries in 30 s`);
  state.full = false;
  await eventually("all arrive, and the outbox is empty", async () => {
    await pass(bench, 1);
    return await empty(bench);
  });
  const ids = server.received.map(({ headers }) => headers.get("webhook-id"));
  assertEquals([ids.length, new Set(ids).size], [40, 40], "each of them once");
});

Deno.test("a retry that cannot be written is made when it can, with the attempts so far", async () => {
  await using server = startTargetSaying(500);
  const { state, wrap } = unwritable();
  const target = aTarget({ url: server.url, retry: { first: 2000, factor: 1, jitter: "none" } });
  await using bench = await courierBench({ targets: [target], wrap });
  await bench.take(deliveries(3));
  await bench.reported(3);
  await pass(bench, 30);
  assertEquals([server.received.length, bench.reports.length], [3, 3]);
  server.said.status = 204;
  state.full = false;
  await eventually("they are delivered", async () => {
    await pass(bench, 1);
    return await empty(bench);
  });
  assertEquals(bench.reports.slice(3).map(({ result, attempt }) => [result, attempt]), [
    ...[["delivered", 2], ["delivered", 2], ["delivered", 2]],
  ]);
});

Deno.test("attempts that could not be written count: the last one makes a dead letter", async () => {
  await using server = startTargetSaying(500);
  const { state, wrap } = unwritable();
  const retry = { attempts: 2, first: 2000, factor: 1, jitter: "none" } as const;
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, retry })],
    wrap,
  });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  await pass(bench, 5);
  state.full = false;
  await eventually("it is a dead letter", async () => {
    await pass(bench, 1);
    return (await bench.outbox.counts())[0]?.dead === 1;
  });
  assertEquals(server.received.length, 2);
});

Deno.test("deliveries of one key keep their order across a store that could not be written", async () => {
  const bodies: string[] = [];
  await using server = startTarget(({ text }) => {
    bodies.push(text);
    return new Response(null, { status: 204 });
  });
  const { state, wrap } = unwritable();
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, concurrency: 8 })],
    wrap,
  });
  const expected = ["1", "2", "3", "4", "5", "6"];
  await bench.take(expected.map((body) => aDelivery({ id: `d${body}`, body, orderKey: "g1" })));
  await bench.reported(1);
  await pass(bench, 5);
  state.full = false;
  await eventually("the outbox is empty", async () => {
    await pass(bench, 1);
    return await empty(bench);
  });
  assertEquals(bodies, expected);
});

Deno.test("a courier that stops while nothing can be written ends, and says what it did not write", async () => {
  await using server = startTargetSaying(204);
  const { wrap } = unwritable();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })], wrap });
  await bench.take(deliveries(2));
  await bench.reported(2);
  const stopped = bench.courier.stop(0);
  await eventually("it is told", () => {
    bench.clock.advance(100);
    return bench.outboxFailures.some((message) => message.includes("2 deliveries"));
  });
  await stopped;
});
