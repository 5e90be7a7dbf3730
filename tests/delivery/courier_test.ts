import { assertEquals } from "@std/assert";
import { outboxFile, settleAt0 } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget, type TargetServer } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { courierBench, gate } from "./courier_bench.ts";

/** A target that answers nobody; it lets go of those who have gone. */
function startSilentTarget(): TargetServer {
  return startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
}

Deno.test("every target has a lane of its own: one that hangs does not hold up another", async () => {
  await using silent = startSilentTarget();
  await using analytics = startTarget();
  await using bench = await courierBench({
    targets: [
      aTarget({ name: "silent", url: silent.url, concurrency: 1 }),
      aTarget({ name: "analytics", url: analytics.url, concurrency: 1 }),
    ],
  });
  await bench.take([...deliveries(3, { target: "silent" }), ...deliveries(3)]);
  const reports = await bench.reported(3);
  assertEquals(reports.map(({ target }) => target), ["analytics", "analytics", "analytics"]);
});

Deno.test("waking one target starts no other", async () => {
  await using server = startTarget();
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url }), aTarget({ name: "alerts", url: server.url })],
  });
  await bench.outbox.append([aDelivery(), aDelivery({ id: "alert", target: "alerts" })]);
  bench.courier.wake("alerts");
  await bench.holds({ waiting: 1, dead: 0 });
  assertEquals(bench.reports.map(({ id }) => id), ["alert"]);
});

Deno.test("deliveries for a target that is not there stay in the outbox", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.outbox.append([aDelivery(), aDelivery({ target: "gone" })]);
  bench.courier.wake("gone");
  bench.courier.wake();
  await bench.holds({ waiting: 1, dead: 0 });
  assertEquals(bench.reports.map(({ target }) => target), ["analytics"]);
});

Deno.test("a courier delivers what an earlier run has left", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append(deliveries(300));
  await before.close();
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })], file });
  bench.courier.wake();
  await bench.holds({ waiting: 0, dead: 0 });
  const ids = new Set(server.received.map(({ headers }) => headers.get("webhook-id")));
  assertEquals([server.received.length, ids.size], [300, 300]);
});

Deno.test("a courier goes on counting the attempts of an earlier run", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append([aDelivery({ createdAt: 0 })]);
  const [due] = await before.due("analytics", 0, 1, new Set());
  settleAt0(before, [
    { kind: "retry", storeID: due!.storeID, attempts: 4, retryIn: 1, error: "503" },
  ]);
  await before.close();
  await using server = startTarget(() => new Response("no", { status: 503 }));
  const target = aTarget({ url: server.url, retry: { attempts: 5 } });
  await using bench = await courierBench({ targets: [target], file });
  bench.courier.wake();
  const [report] = await bench.reported(1);
  assertEquals([report?.result, report?.attempt], ["dead", 5]);
});

Deno.test("what an earlier run was in the middle of is delivered again", async () => {
  await using file = await outboxFile();
  await using silent = startSilentTarget();
  {
    await using before = await courierBench({ targets: [aTarget({ url: silent.url })], file });
    await before.take([aDelivery()]);
    await silent.arrived(1);
  }
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })], file });
  bench.courier.wake();
  const [report] = await bench.reported(1);
  assertEquals([report?.result, report?.attempt], ["delivered", 1]);
});

Deno.test("stopping waits for the attempts under way and writes down what became of them", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take(deliveries(2));
  await server.arrived(2);
  const stopped = bench.courier.stop(10_000);
  held.open();
  await stopped;
  assertEquals(bench.reports.map(({ result }) => result), ["delivered", "delivered"]);
  assertEquals(await bench.outbox.counts(), []);
});

Deno.test("stopping starts nothing new", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  const target = aTarget({ url: server.url, concurrency: 1 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3));
  await server.arrived(1);
  const stopped = bench.courier.stop(10_000);
  bench.courier.wake();
  held.open();
  await stopped;
  assertEquals(server.received.length, 1);
  assertEquals(await bench.outbox.counts(), [{ target: "analytics", waiting: 2, dead: 0 }]);
});

Deno.test("stopping is not over before the attempts under way are, within its time", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery()]);
  await server.arrived(1);
  let over = false;
  const stopped = bench.courier.stop(1000).then(() => over = true);
  bench.clock.advance(999);
  await new Promise((turn) => setTimeout(turn, 0));
  assertEquals(over, false);
  held.open();
  await stopped;
});

Deno.test("an attempt that stopping breaks off stays in the outbox and is not counted", async () => {
  await using server = startSilentTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery()]);
  await server.arrived(1);
  const stopped = bench.courier.stop(1000);
  bench.clock.advance(1000);
  await stopped;
  assertEquals(bench.reports, []);
  const [left] = await bench.outbox.due("analytics", bench.clock.now(), 1, new Set());
  assertEquals([left?.id, left?.attempts], ["delivery-1", 0]);
});

Deno.test("stopping leaves no timer, though a delivery waits for its delay", async () => {
  await using server = startTarget(() => new Response("no", { status: 503 }));
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  bench.clock.advance(20);
  await eventually("the lane waits for the delay", () => bench.clock.timers === 1);
  await bench.courier.stop(1000);
  assertEquals(bench.clock.timers, 0);
});

Deno.test("a retry that was noted before stopping is in the outbox with its time", async () => {
  await using server = startTarget(() => new Response("no", { status: 503 }));
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery()]);
  const [report] = await bench.reported(1);
  await bench.courier.stop(1000);
  assertEquals(await bench.outbox.nextDue("analytics", new Set()), report?.dueAt);
});

Deno.test("stopping a courier that has nothing to do is done at once", async () => {
  await using bench = await courierBench({ targets: [aTarget({})] });
  await bench.courier.stop(1000);
  assertEquals([bench.clock.timers, bench.outboxFailures.length], [0, 0]);
});
