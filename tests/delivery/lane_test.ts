import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startTarget } from "../support/target_server.ts";
import { eventually } from "../support/eventually.ts";
import { aDelivery, aTarget, deliveries, failing, passedOn } from "./builders.ts";
import { courierBench, gate } from "./courier_bench.ts";

const unavailable = () => new Response("not now", { status: 503 });

/** How long settlements gather, and how long a lane waits after the outbox failed, milliseconds. */
const gatherFor = 20;
const pause = 1000;

/** A target that answers its requests one after the other with these statuses, then with 204. */
function startTargetSaying(...statuses: readonly number[]) {
  const left = [...statuses];
  return startTarget(() => new Response(null, { status: left.shift() ?? 204 }));
}

Deno.test("a delivery is posted, reported and gone from the outbox", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery({ id: "d1", operationID: "op-7" })]);
  const [report] = await bench.reported(1);
  assertEquals(
    [report?.result, report?.id, report?.operationID, report?.target, report?.attempt],
    ["delivered", "d1", "op-7", "analytics", 1],
  );
  await bench.holds({ waiting: 0, dead: 0 });
});

Deno.test("the deliveries of one at a time arrive in the order of storing", async () => {
  await using server = startTarget();
  const target = aTarget({ url: server.url, concurrency: 1 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(20));
  await server.arrived(20);
  const ids = server.received.map(({ headers }) => headers.get("webhook-id"));
  assertEquals(ids, deliveries(20).map(({ id }) => id));
});

Deno.test("no more attempts are under way than the target allows, and no fewer", async () => {
  const held = gate();
  await using server = startTarget(held.answer);
  const target = aTarget({ url: server.url, concurrency: 3 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(9));
  for (let seen = 3; seen <= 9; seen++) {
    await server.arrived(seen);
    held.release();
  }
  held.open();
  await bench.reported(9);
  assertEquals(held.most, 3);
});

Deno.test("nothing is delivered twice, however often and whenever the lane is woken", async () => {
  await using server = startTarget();
  const target = aTarget({ url: server.url, concurrency: 8 });
  await using bench = await courierBench({ targets: [target] });
  const all = deliveries(600);
  await bench.take(all.slice(0, 300));
  await server.arrived(50);
  bench.courier.wake();
  await bench.take(all.slice(300));
  while (bench.reports.length < 600) {
    const reports = bench.reports.length;
    bench.courier.wake();
    bench.clock.advance(gatherFor);
    await bench.reported(reports + 1);
  }
  await bench.holds({ waiting: 0, dead: 0 });
  const ids = server.received.map(({ headers }) => headers.get("webhook-id"));
  assertEquals([ids.length, new Set(ids).size], [600, 600]);
});

Deno.test("a failure that passes is tried again after a random part of the delay", async () => {
  await using server = startTargetSaying(503);
  const target = aTarget({ url: server.url, retry: { first: 8000 } });
  await using bench = await courierBench({ targets: [target], random: () => 0.25 });
  const failedAt = bench.clock.now();
  await bench.take([aDelivery()]);
  const [report] = await bench.reported(1);
  assertEquals([report?.result, report?.dueAt], ["retry", failedAt + 2000]);
  assertStringIncludes(report?.error ?? "", "503");
});

Deno.test("the second attempt is made when its time has come, and not before", async () => {
  await using server = startTargetSaying(503);
  const target = aTarget({ url: server.url, retry: { first: 8000 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  bench.clock.advance(gatherFor);
  await eventually("the lane waits for the delay", () => bench.clock.timers === 1);
  bench.clock.advance(4000 - gatherFor - 1);
  assertEquals(bench.clock.timers, 1);
  bench.clock.advance(1);
  const reports = await bench.reported(2);
  assertEquals(reports.map(({ result, attempt }) => [result, attempt]), [
    ["retry", 1],
    ["delivered", 2],
  ]);
});

Deno.test("every attempt has the delivery's own ID and its number", async () => {
  await using server = startTargetSaying(503, 500);
  const target = aTarget({ url: server.url, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target], random: () => 0 });
  await bench.take([aDelivery({ id: "d1" })]);
  await bench.holds({ waiting: 0, dead: 0 });
  const seen = server.received.map(({ headers }) => [
    headers.get("webhook-id"),
    headers.get("x-delivery-attempt"),
  ]);
  assertEquals(seen, [["d1", "1"], ["d1", "2"], ["d1", "3"]]);
});

Deno.test("the bound of the delay grows with every attempt", async () => {
  await using server = startTarget(unavailable);
  const target = aTarget({ url: server.url, retry: { attempts: 4, first: 1000, factor: 3 } });
  await using bench = await courierBench({ targets: [target], random: () => 1 });
  await bench.take([aDelivery()]);
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const at = bench.clock.now();
    const report = (await bench.reported(attempt))[attempt - 1];
    delays.push(report!.dueAt! - at);
    bench.clock.advance(gatherFor);
    await eventually("the lane waits for the delay", () => bench.clock.timers === 1);
    bench.clock.advance(report!.dueAt! - bench.clock.now());
  }
  assertEquals(delays, [1000, 3000, 9000]);
});

Deno.test("a delivery whose attempts are used up becomes a dead letter", async () => {
  await using server = startTarget(unavailable);
  const target = aTarget({ url: server.url, retry: { attempts: 3, first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take([aDelivery()]);
  await bench.holds({ waiting: 0, dead: 1 });
  assertEquals(bench.reports.map(({ result }) => result), ["retry", "retry", "dead"]);
  assertEquals(server.received.length, 3);
});

Deno.test("a failure that stays makes a dead letter at once", async () => {
  await using server = startTarget(() => new Response("unknown", { status: 404 }));
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.take([aDelivery()]);
  await bench.holds({ waiting: 0, dead: 1 });
  assertEquals(bench.reports.map(({ result, attempt }) => [result, attempt]), [["dead", 1]]);
});

Deno.test("a delivery that waits for its delay does not hold up the others", async () => {
  await using server = startTargetSaying(503);
  const target = aTarget({ url: server.url, concurrency: 1, retry: { first: 60_000 } });
  await using bench = await courierBench({ targets: [target], random: () => 1 });
  await bench.take(deliveries(3));
  const reports = await bench.reported(3);
  assertEquals(reports.map(({ id, result }) => [id, result]), [
    ["d1", "retry"],
    ["d2", "delivered"],
    ["d3", "delivered"],
  ]);
});

Deno.test("what becomes due earlier is not put off by what becomes due later", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  const now = bench.clock.now();
  await bench.take([aDelivery({ id: "later", createdAt: now + 60_000 })]);
  await eventually("the lane waits", () => bench.clock.timers === 1);
  await bench.take([aDelivery({ id: "sooner", createdAt: now + 1000 })]);
  await eventually("the lane has read", async () => {
    bench.clock.advance(100);
    return (await bench.outbox.counts())[0]?.waiting === 1;
  });
  assertEquals(bench.reports.map(({ id }) => id), ["sooner"]);
});

for (const method of ["claim", "nextDue"] as const) {
  Deno.test(`a lane whose outbox fails at ${method} tells it and tries again after a pause`, async () => {
    await using server = startTarget();
    await using bench = await courierBench({
      targets: [aTarget({ url: server.url })],
      wrap: (outbox) => failing(outbox, method, 1),
    });
    await bench.outbox.append([aDelivery({ createdAt: bench.clock.now() + pause })]);
    bench.courier.wake();
    await eventually("the outbox has failed", () => bench.outboxFailures.length === 1);
    await eventually("the lane waits", () => bench.clock.timers === 1);
    bench.clock.advance(pause - 1);
    assertEquals(bench.clock.timers, 1);
    bench.clock.advance(1);
    assertEquals((await bench.reported(1)).map(({ result }) => result), ["delivered"]);
    assertEquals(bench.outboxFailures, ["the disk is full"]);
  });
}

Deno.test("what was delivered and could not be written down is not delivered again", async () => {
  await using server = startTarget();
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url })],
    wrap: (outbox) => failing(outbox, "settle", 2),
  });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  bench.courier.wake();
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals([server.received.length, bench.outboxFailures.length], [1, 2]);
});

Deno.test("whatever an attempt throws is a failure that passes", async () => {
  let attempts = 0;
  await using bench = await courierBench({
    targets: [aTarget({ retry: { first: 1 } })],
    post: () =>
      attempts++ === 0
        ? Promise.reject("no error at all")
        : Promise.resolve({ status: 200, text: "" }),
  });
  await bench.take([aDelivery()]);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(bench.reports.map(({ result, error }) => [result, error]), [
    ["retry", "no error at all"],
    ["delivered", undefined],
  ]);
});

Deno.test("a key with a NUL that fails holds up none but itself", async () => {
  await using server = startTarget(({ text }) =>
    new Response(null, { status: text.includes("sick") ? 503 : 204 })
  );
  const target = aTarget({ url: server.url, retry: { first: 60_000 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take([
    aDelivery({ id: "d1", orderKey: "a\0x", body: '"sick"' }),
    aDelivery({ id: "d2", orderKey: "a\0x" }),
    aDelivery({ id: "d3", orderKey: "a\0y" }),
    aDelivery({ id: "d4", orderKey: "a\0y" }),
    aDelivery({ id: "d5", orderKey: "\0" }),
    aDelivery({ id: "d6", orderKey: "a" }),
  ]);
  await bench.holds({ waiting: 2, dead: 0 });
  const ends = bench.reports.map(({ id, result }) => `${id} ${result}`);
  assertEquals(ends.toSorted(), [
    "d1 retry",
    "d3 delivered",
    "d4 delivered",
    "d5 delivered",
    "d6 delivered",
  ]);
  assert(ends.indexOf("d3 delivered") < ends.indexOf("d4 delivered"));
});

Deno.test("a fresh delivery is sent from memory, without a read of the outbox", async () => {
  await using server = startTarget();
  let claims = 0;
  await using bench = await courierBench({
    targets: [aTarget({ url: server.url })],
    wrap: (outbox) => ({
      ...passedOn(outbox),
      claim(...question) {
        claims++;
        return outbox.claim(...question);
      },
    }),
  });
  await bench.takeFresh(deliveries(3));
  await bench.reported(3);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals([server.received.length, claims], [3, 0]);
});

Deno.test("fresh deliveries of one key arrive in their order, those behind the first from the outbox", async () => {
  await using server = startTarget();
  const target = aTarget({ url: server.url, concurrency: 8 });
  await using bench = await courierBench({ targets: [target] });
  for (const { id } of deliveries(20)) await bench.takeFresh([aDelivery({ id, orderKey: "a\0b" })]);
  await bench.holds({ waiting: 0, dead: 0 });
  const ids = server.received.map(({ headers }) => headers.get("webhook-id"));
  assertEquals(ids, deliveries(20).map(({ id }) => id));
});

Deno.test("a fresh delivery to a target that comes with the next rules file waits for that", async () => {
  await using server = startTarget();
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  await bench.takeFresh([aDelivery({ target: "next" })]);
  bench.courier.retarget([aTarget({ name: "next", url: server.url })]);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(server.received.length, 1);
});
