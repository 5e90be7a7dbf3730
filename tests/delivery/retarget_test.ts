import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { courierBench, gate } from "./courier_bench.ts";

const idsOf = (requests: readonly { readonly headers: Headers }[]) =>
  requests.map(({ headers }) => headers.get("webhook-id"));

Deno.test("a target that is new gets what waits for it", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [] });
  await bench.take([aDelivery()]);
  bench.courier.retarget([aTarget({ url: server.url })]);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(idsOf(server.received), ["delivery-1"]);
});

Deno.test("a target that has moved gets what follows at its new place, and nothing twice", async () => {
  const held = gate();
  await using before = startTarget(held.answer);
  await using after = startTarget();
  await using bench = await courierBench({
    targets: [aTarget({ url: before.url, concurrency: 1 })],
  });
  await bench.take(deliveries(3));
  await before.arrived(1);
  bench.courier.retarget([aTarget({ url: after.url, concurrency: 1 })]);
  held.open();
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals([idsOf(before.received), idsOf(after.received)], [["d1"], ["d2", "d3"]]);
});

Deno.test("more attempts go at once as soon as a target is said to bear them", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  const target = { url: server.url, concurrency: 1 };
  await using bench = await courierBench({ targets: [aTarget(target)] });
  await bench.take(deliveries(3));
  await server.arrived(1);
  bench.courier.retarget([aTarget({ ...target, concurrency: 3 })]);
  await server.arrived(3);
  held.open();
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(held.most, 3);
});

Deno.test("a delivery that waits for its delay is tried at the target's new place", async () => {
  await using down = startTarget(() => new Response("no", { status: 503 }));
  await using up = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: down.url })] });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  bench.courier.retarget([aTarget({ url: up.url })]);
  bench.clock.advance(20);
  await eventually("the lane waits for the delay", () => bench.clock.timers === 1);
  bench.clock.advance(1000);
  await up.arrived(1);
  assertEquals(up.received[0]?.headers.get("x-delivery-attempt"), "2");
});

Deno.test("a target that is gone gets nothing more, and its deliveries stay", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url, concurrency: 1 })],
  });
  await bench.take(deliveries(3));
  await server.arrived(1);
  bench.courier.retarget([]);
  held.open();
  await bench.holds({ waiting: 2, dead: 0 });
  bench.courier.wake("analytics");
  bench.courier.wake();
  bench.clock.advance(60_000);
  assertEquals([idsOf(server.received), bench.clock.timers], [["d1"], 0]);
});

Deno.test("a target that is back gets what was left, and nothing that is under way", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  const target = aTarget({ url: server.url, concurrency: 1 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3));
  await server.arrived(1);
  bench.courier.retarget([]);
  bench.courier.retarget([target]);
  held.open();
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(idsOf(server.received), ["d1", "d2", "d3"]);
});

Deno.test("a target that did not change goes on beside one that did", async () => {
  const held = gate();
  await using steady = startTarget(held.answer);
  await using moved = startTarget();
  const analytics = aTarget({ url: steady.url });
  await using bench = await courierBench({
    targets: [analytics, aTarget({ name: "alerts", url: "http://127.0.0.1:9/" })],
  });
  await bench.take(deliveries(2));
  await steady.arrived(2);
  bench.courier.retarget([analytics, aTarget({ name: "alerts", url: moved.url })]);
  await bench.take([aDelivery({ id: "alert", target: "alerts" })]);
  await moved.arrived(1);
  held.open();
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(steady.received.length, 2);
});
