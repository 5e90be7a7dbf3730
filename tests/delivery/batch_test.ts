import { assertEquals } from "@std/assert";
import { batchID, batchOf, batchRequest, idsHeader } from "../../src/delivery/batch.ts";
import type { StoredDelivery } from "../../src/delivery/outbox.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { courierBench } from "./courier_bench.ts";

/** How long settlements gather, milliseconds. */
const gatherFor = 20;

const batch = { max: 3, wait: 500 };

function stored(parts: Partial<StoredDelivery>[]): StoredDelivery[] {
  return parts.map((part, index) => ({
    ...aDelivery({ id: `d${index + 1}`, ...part }),
    storeID: index + 1,
    attempts: 0,
    dueAt: 0,
    ...part,
  }));
}

/** How many of these, from the first on, go into one batch. */
function together(all: readonly StoredDelivery[], max = 10, alone: readonly number[] = []): number {
  const fits = batchOf(max, ({ storeID }) => alone.includes(storeID as number));
  const end = all.findIndex((delivery) => !fits(delivery));
  return end === -1 ? all.length : end;
}

Deno.test("a batch has no more deliveries than its most", () => {
  assertEquals(together(stored([{}, {}, {}, {}]), 3), 3);
});

Deno.test("deliveries with other headers are in another batch", () => {
  assertEquals(together(stored([{}, {}, { headers: { "x-team": "a" } }, {}])), 2);
});

Deno.test("a batch is no larger than a mebibyte, but for a delivery that is so itself", () => {
  const half = JSON.stringify("x".repeat(500 * 1024));
  const large = JSON.stringify("x".repeat(2 * 1024 * 1024));
  assertEquals(together(stored([{ body: half }, { body: half }, { body: half }])), 2);
  assertEquals(together(stored([{ body: large }, {}])), 1);
});

Deno.test("what goes alone is a batch of one, and ends the one before it", () => {
  assertEquals(together(stored([{}, {}, {}]), 10, [1]), 1);
  assertEquals(together(stored([{}, {}, {}]), 10, [2]), 1);
});

Deno.test("a batch is a JSON array of the bodies as they are, every digit and space", () => {
  const bodies = ['{"seq":9007199254740993, "x":1.0}\n', '{"name":"\\u00e9é"}'];
  const request = batchRequest(stored(bodies.map((body) => ({ body }))));
  assertEquals(request.body, `[${bodies[0]},${bodies[1]}]`);
});

Deno.test("a batch tells its own ID, those of its deliveries, and every command once", () => {
  const { id, operationID, command, headers } = batchRequest(
    stored([{ command: "x", headers: { "x-team": "a" } }, { command: "y" }, { command: "x" }]),
  );
  const own = batchID([{ id: "d1" }, { id: "d2" }, { id: "d3" }]);
  assertEquals([id, operationID, command], [own, own, "x, y"]);
  assertEquals(headers, { "x-team": "a", [idsHeader]: "d1, d2, d3" });
});

Deno.test("a batch of one keeps the operation", () => {
  assertEquals(batchRequest(stored([{ operationID: "op-7" }])).operationID, "op-7");
});

Deno.test("a batch belongs to no one's trace, one of a single delivery to its own", () => {
  const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  const traced = stored([{ trace }, { trace }]);
  assertEquals(batchRequest(traced).trace, undefined);
  assertEquals(batchRequest(traced.slice(0, 1)).trace, trace);
  assertEquals(batchRequest(traced).batch, traced);
});

Deno.test("a full batch goes at once, what is left of it after the wait", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url, batch })] });
  await bench.take(deliveries(7, { body: '{"a":1}' }));
  await bench.reported(6);
  assertEquals(server.received.map(({ text }) => text), [
    '[{"a":1},{"a":1},{"a":1}]',
    '[{"a":1},{"a":1},{"a":1}]',
  ]);
  bench.clock.advance(gatherFor);
  bench.clock.advance(499 - gatherFor);
  assertEquals(server.received.length, 2);
  bench.clock.advance(1);
  await bench.reported(7);
  assertEquals(server.received[2]?.text, '[{"a":1}]');
  await bench.holds({ waiting: 0, dead: 0 });
});

Deno.test("those that come while the first one waits go with it", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url, batch })] });
  await bench.take([aDelivery({ id: "d1" })]);
  await eventually("the first waits", () => bench.clock.timers > 0);
  bench.clock.advance(400);
  await bench.take([aDelivery({ id: "d2" }), aDelivery({ id: "d3" })]);
  const reports = await bench.reported(3);
  const id = batchID([{ id: "d1" }, { id: "d2" }, { id: "d3" }]);
  assertEquals(reports.map(({ id, batch }) => [id, batch]), [
    ["d1", id],
    ["d2", id],
    ["d3", id],
  ]);
  assertEquals(server.received[0]?.headers.get("webhook-id"), id);
  assertEquals(server.received[0]?.headers.get(idsHeader), "d1, d2, d3");
});

Deno.test("a batch that fails fails as a whole, and its deliveries are tried again", async () => {
  const statuses = [503];
  await using server = startTarget(() => new Response(null, { status: statuses.shift() ?? 204 }));
  const target = aTarget({ url: server.url, batch, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3));
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(bench.reports.map(({ id, result, attempt }) => [id, result, attempt]), [
    ["d1", "retry", 1],
    ["d2", "retry", 1],
    ["d3", "retry", 1],
    ["d1", "delivered", 2],
    ["d2", "delivered", 2],
    ["d3", "delivered", 2],
  ]);
});

Deno.test("a batch that is tried again has the ID and the text that it had", async () => {
  const statuses = [503, 503];
  await using server = startTarget(() => new Response(null, { status: statuses.shift() ?? 204 }));
  let draws = 0;
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, batch, retry: { first: 20 } })],
    random: () => [0.9, 0.1, 0.5][draws++ % 3]!,
  });
  await bench.take(deliveries(3));
  await bench.holds({ waiting: 0, dead: 0 });
  const sent = server.received.map(({ headers, text }) => [headers.get("webhook-id"), text]);
  assertEquals(sent.length, 3);
  assertEquals(sent[1], sent[0]);
  assertEquals(sent[2], sent[0]);
});

Deno.test("a batch's ID follows from its deliveries, and is another for any others", () => {
  const idOf = (...ids: string[]) => batchID(ids.map((id) => ({ id })));
  assertEquals(idOf("d1", "d2"), idOf("d1", "d2"));
  const others = [["d1"], ["d1", "d2"], ["d2", "d1"], ["d1d2"], ["d1, d2"], ['d1","d2']];
  const ids = others.map((each) => idOf(...each));
  assertEquals(new Set(ids).size, others.length);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assertEquals(ids.filter((id) => !uuid.test(id)), []);
});

Deno.test("of a batch that is refused for good only the delivery that is at fault is given up", async () => {
  await using server = startTarget(({ text }) =>
    new Response(null, { status: text.includes("poison") ? 400 : 204 })
  );
  const target = aTarget({ url: server.url, batch, retry: { attempts: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take([
    aDelivery({ id: "d1" }),
    aDelivery({ id: "d2", body: '"poison"' }),
    aDelivery({ id: "d3" }),
  ]);
  await bench.holds({ waiting: 0, dead: 1 });
  const ends = bench.reports.slice(3).map(({ id, result }) => `${id} ${result}`).toSorted();
  assertEquals(ends, ["d1 delivered", "d2 dead", "d3 delivered"]);
  assertEquals(server.received.map(({ text }) => text.startsWith("[")), [true, true, true, true]);
});
