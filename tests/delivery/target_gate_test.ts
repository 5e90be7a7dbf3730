import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { type CourierBench, courierBench } from "./courier_bench.ts";

/** How long settlements gather, milliseconds. */
const gatherFor = 20;

/** A target that answers with what it is told at the moment. */
function startTargetSaying(status: number, headers: Record<string, string> = {}) {
  const said = { status, headers };
  const server = startTarget(() => new Response(null, said));
  return Object.assign(server, { said });
}

/** Lets the lane do all that it does at this time. */
async function rest({ clock, outbox }: CourierBench): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    clock.advance(0);
    await outbox.counts();
    await new Promise((turn) => setTimeout(turn, 0));
  }
}

const states = ({ changes }: CourierBench) => changes.map(({ state }) => state);

Deno.test("a breaker that is open leaves deliveries in the outbox and spends no attempt", async () => {
  await using server = startTargetSaying(500);
  const breaker = { failures: 3, pause: 60_000, longest: 60_000 };
  const target = aTarget({ url: server.url, concurrency: 1, breaker, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(10));
  await eventually("the breaker is open", () => bench.changes.length > 0);
  for (let second = 0; second < 59; second++) {
    bench.clock.advance(1000);
    bench.courier.wake();
    await rest(bench);
  }
  assertEquals(server.received.length, 3);
  assertEquals(await bench.outbox.counts(), [{ target: "analytics", waiting: 10, dead: 0 }]);
  const left = await bench.outbox.due("analytics", bench.clock.now(), 10, new Set());
  assertEquals(left.reduce((sum, { attempts }) => sum + attempts, 0), 3);
  assertEquals(bench.changes, [{
    target: "analytics",
    state: "open",
    failures: 3,
    pause: 60_000,
    error: "the target answered with status 500",
  }]);
});

Deno.test("one delivery probes a target; when it arrives all others follow", async () => {
  await using server = startTargetSaying(500);
  const breaker = { failures: 2, pause: 5000, longest: 5000 };
  const target = aTarget({ url: server.url, concurrency: 4, breaker, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(20));
  await eventually("the breaker is open", () => bench.changes.length > 0);
  await rest(bench);
  const before = server.received.length;
  bench.clock.advance(5000);
  await eventually("the probe has failed", () => states(bench).length === 3);
  await rest(bench);
  assertEquals(server.received.length, before + 1);
  server.said.status = 204;
  bench.clock.advance(5000);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(states(bench), ["open", "probing", "open", "probing", "closed"]);
});

Deno.test("a target that refuses deliveries for good is one that works", async () => {
  await using server = startTargetSaying(400);
  const breaker = { failures: 2, pause: 5000, longest: 5000 };
  await using bench = await courierBench({ targets: [aTarget({ url: server.url, breaker })] });
  await bench.take(deliveries(10));
  await bench.holds({ waiting: 0, dead: 10 });
  assertEquals(bench.changes, []);
});

Deno.test("a target with a rate gets no more than that", async () => {
  await using server = startTarget();
  const target = aTarget({ url: server.url, concurrency: 8, rate: 2 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(4));
  for (let arrived = 1; arrived <= 4; arrived++) {
    await bench.reported(arrived);
    await rest(bench);
    assertEquals(server.received.length, arrived);
    bench.clock.advance(499);
    await rest(bench);
    assertEquals(server.received.length, arrived);
    bench.clock.advance(1);
  }
});

for (const status of [429, 503]) {
  Deno.test(`a target that answers ${status} with Retry-After is left alone for so long`, async () => {
    await using server = startTargetSaying(status, { "retry-after": "30" });
    const breaker = { failures: status === 429 ? 1 : 2, pause: 1, longest: 1 };
    const target = aTarget({ url: server.url, concurrency: 1, breaker, retry: { first: 1 } });
    await using bench = await courierBench({ targets: [target] });
    const began = bench.clock.now();
    await bench.take(deliveries(3));
    const [report] = await bench.reported(1);
    assertEquals(report?.dueAt, began + 30_000);
    server.said.status = 204;
    bench.clock.advance(gatherFor);
    await rest(bench);
    bench.clock.advance(29_999 - gatherFor);
    await rest(bench);
    assertEquals(server.received.length, 1);
    bench.clock.advance(1);
    await bench.holds({ waiting: 0, dead: 0 });
    assertEquals(bench.changes, [{ target: "analytics", state: "paused", pause: 30_000 }]);
  });
}

for (const hours of [-1, 1]) {
  Deno.test(`a date in Retry-After is meant by the clock as it is, set by ${hours} h`, async () => {
    await using server = startTargetSaying(503);
    await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
    bench.courier.wake();
    bench.clock.jump(bench.clock.now() + hours * 3_600_000);
    const inTenMinutes = Math.ceil(bench.clock.now() / 1000) * 1000 + 600_000;
    server.said.headers["retry-after"] = new Date(inTenMinutes).toUTCString();
    await bench.take(deliveries(1));
    await eventually("it is left alone", () => states(bench).includes("paused"));
    const [paused] = bench.changes.filter(({ state }) => state === "paused");
    assertEquals(paused, {
      target: "analytics",
      state: "paused",
      pause: inTenMinutes - bench.clock.now(),
    });
  });
}

Deno.test("a Retry-After shorter than the schedule's delay does not shorten it", async () => {
  await using server = startTargetSaying(503, { "retry-after": "1" });
  const target = aTarget({ url: server.url, retry: { first: 8000, jitter: "none" } });
  await using bench = await courierBench({ targets: [target] });
  const began = bench.clock.now();
  await bench.take([aDelivery()]);
  assertEquals((await bench.reported(1))[0]?.dueAt, began + 8000);
});

Deno.test("a Retry-After of nothing is a failure like any other", async () => {
  await using server = startTargetSaying(503, { "retry-after": "0" });
  const breaker = { failures: 1, pause: 5000, longest: 5000 };
  await using bench = await courierBench({ targets: [aTarget({ url: server.url, breaker })] });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  assertEquals(states(bench), ["open"]);
});

Deno.test("a target that is gone gets nothing more until it is resumed, and no attempt is spent", async () => {
  await using server = startTargetSaying(410);
  const target = aTarget({ url: server.url, concurrency: 1, retry: { attempts: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3));
  await eventually("the target is disabled", () => bench.changes.length === 1);
  await bench.take([aDelivery({ id: "later" })]);
  bench.clock.advance(86_400_000);
  await rest(bench);
  assertEquals(server.received.length, 1);
  const left = await bench.outbox.due("analytics", bench.clock.now(), 10, new Set());
  assertEquals(left.map(({ attempts }) => attempts), [0, 0, 0, 0]);
  server.said.status = 204;
  bench.courier.resume("analytics");
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(states(bench), ["disabled", "resumed"]);
  assertEquals(bench.reports[0]?.result, "kept");
});

Deno.test("resuming a target that is well, or that is not there, does nothing", async () => {
  await using server = startTargetSaying(204);
  await using bench = await courierBench({ targets: [aTarget({ url: server.url })] });
  bench.courier.resume("analytics");
  bench.courier.resume("elsewhere");
  assertEquals(bench.changes, []);
});

Deno.test("a target that is gone is tried again when the rules file has changed", async () => {
  await using server = startTargetSaying(410);
  const target = aTarget({ url: server.url, concurrency: 1 });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(2));
  await eventually("the target is disabled", () => bench.changes.length === 1);
  server.said.status = 204;
  bench.courier.retarget([target]);
  await bench.holds({ waiting: 0, dead: 0 });
  assertEquals(states(bench), ["disabled", "resumed"]);
});

Deno.test("a target that has changed begins with a closed breaker, one that has not does not", async () => {
  await using server = startTargetSaying(500);
  const breaker = { failures: 1, pause: 60_000, longest: 60_000 };
  const target = aTarget({ url: server.url, concurrency: 1, breaker });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3));
  await eventually("the breaker is open", () => bench.changes.length === 1);
  bench.courier.retarget([target]);
  await rest(bench);
  assertEquals(server.received.length, 1);
  server.said.status = 204;
  bench.courier.retarget([{ ...target, timeout: 1000 }]);
  await bench.reported(3);
  assertEquals(server.received.length, 3);
});

Deno.test("how it stands with a target is told: disabled, failing, and well again", async () => {
  await using server = startTargetSaying(410);
  const breaker = { failures: 1, pause: 60_000, longest: 60_000 };
  const target = aTarget({ url: server.url, breaker, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  const targetStatus = () => bench.courier.targetStatuses()[0]!;
  const well = { target: "analytics", underWay: 0, disabled: undefined, breaker: "closed" };
  assertEquals(targetStatus(), { ...well, leftAlone: 0, lastError: undefined } as typeof well);

  await bench.take([aDelivery()]);
  await eventually("it is disabled", () => bench.changes.length > 0);
  const gone = "the target answered with status 410";
  assertEquals([targetStatus().disabled, targetStatus().leftAlone], [gone, Infinity]);

  server.said.status = 500;
  assertEquals(bench.courier.resume("analytics"), true);
  await eventually("the breaker is open", () => {
    bench.clock.advance(gatherFor);
    return targetStatus().breaker === "open";
  });
  const { disabled, leftAlone, lastError } = targetStatus();
  assertEquals([disabled, lastError], [undefined, "the target answered with status 500"]);
  assertEquals(leftAlone > 50_000, true);

  server.said.status = 204;
  assertEquals(bench.courier.resume("analytics"), true, "it need not wait for the breaker");
  await eventually("it is delivered", () => {
    bench.clock.advance(gatherFor);
    return targetStatus().breaker === "closed";
  });
  assertEquals(bench.courier.resume("analytics"), false, "there is nothing to take back");
  assertEquals(bench.courier.resume("other"), undefined);
  bench.courier.retarget([]);
  assertEquals(bench.courier.targetStatuses(), [], "the rules file does not name it any more");
  assertEquals(bench.courier.resume("analytics"), undefined);
});

Deno.test("a target that answers 503 with Retry-After again and again opens the breaker", async () => {
  await using server = startTargetSaying(503, { "retry-after": "1" });
  const breaker = { failures: 3, pause: 60_000, longest: 60_000 };
  const target = aTarget({ url: server.url, concurrency: 1, breaker, retry: { first: 1 } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(20));
  await eventually("the breaker is open", () => {
    bench.clock.advance(500);
    return states(bench).includes("open");
  });
  for (let second = 0; second < 50; second++) {
    bench.clock.advance(1000);
    await rest(bench);
  }
  assertEquals(server.received.length, 3);
});

Deno.test("a target that works tells why it refused a delivery, with its breaker closed", async () => {
  await using server = startTargetSaying(400);
  const breaker = { failures: 1, pause: 5000, longest: 5000 };
  await using bench = await courierBench({ targets: [aTarget({ url: server.url, breaker })] });
  await bench.take([aDelivery()]);
  await bench.reported(1);
  const { breaker: state, leftAlone, lastError } = bench.courier.targetStatuses()[0]!;
  assertEquals([state, leftAlone], ["closed", 0]);
  assertEquals(lastError, "the target answered with status 400");
});
