import { assertEquals } from "@std/assert";
import { batchOf, batchRequest, idsHeader } from "../../src/delivery/batch.ts";
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
    sequence: index + 1,
    attempts: 0,
    dueAt: 0,
    ...part,
  }));
}

/** How many of these, from the first on, go into one batch. */
function together(all: readonly StoredDelivery[], max = 10, alone: readonly number[] = []): number {
  const fits = batchOf(max, ({ sequence }) => alone.includes(sequence));
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
  const request = batchRequest(stored(bodies.map((body) => ({ body }))), "b1");
  assertEquals(request.body, `[${bodies[0]},${bodies[1]}]`);
});

Deno.test("a batch tells its own ID, those of its deliveries, and every command once", () => {
  const { id, operationID, command, headers } = batchRequest(
    stored([{ command: "x", headers: { "x-team": "a" } }, { command: "y" }, { command: "x" }]),
    "b1",
  );
  assertEquals([id, operationID, command], ["b1", "b1", "x, y"]);
  assertEquals(headers, { "x-team": "a", [idsHeader]: "d1, d2, d3" });
});

Deno.test("a batch of one keeps the operation", () => {
  assertEquals(batchRequest(stored([{ operationID: "op-7" }]), "b1").operationID, "op-7");
});

Deno.test("a batch belongs to no one's trace, one of a single delivery to its own", () => {
  const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  const traced = stored([{ trace }, { trace }]);
  assertEquals(batchRequest(traced, "b1").trace, undefined);
  assertEquals(batchRequest(traced.slice(0, 1), "b1").trace, trace);
  assertEquals(batchRequest(traced, "b1").batch, traced);
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
  assertEquals(reports.map(({ id, batch }) => [id, batch]), [
    ["d1", "batch-1"],
    ["d2", "batch-1"],
    ["d3", "batch-1"],
  ]);
  assertEquals(server.received[0]?.headers.get("webhook-id"), "batch-1");
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
  const ids = server.received.map(({ headers }) => headers.get("webhook-id"));
  assertEquals(ids, ["batch-1", "batch-2"]);
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
