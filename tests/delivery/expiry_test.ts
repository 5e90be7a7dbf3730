import { assertEquals } from "@std/assert";
import { isExpired, overdueBy, tooOld } from "../../src/delivery/expiry.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";
import { settleAt0 } from "../stores/outbox_file.ts";
import { type CourierBench, courierBench } from "./courier_bench.ts";

const maxAge = 60_000;

/** Lets the lanes look again until the outbox holds so much. */
function holds(bench: CourierBench, count: { waiting: number; dead: number }): Promise<void> {
  bench.courier.wake();
  return bench.holds(count);
}

const now = (bench: CourierBench) => bench.clock.now();

Deno.test("what waits longer than its age is given up while the breaker is open", async () => {
  await using server = startTarget(() => new Response(null, { status: 500 }));
  const breaker = { failures: 1, pause: 3_600_000, longest: 3_600_000 };
  const target = aTarget({ url: server.url, concurrency: 1, breaker, retry: { maxAge } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(600, { createdAt: now(bench) }));
  await eventually("the breaker is open", () => bench.changes.length > 0);
  bench.clock.advance(maxAge / 2);
  await bench.take([aDelivery({ id: "young", createdAt: now(bench) })]);
  await holds(bench, { waiting: 601, dead: 0 });
  bench.clock.advance(maxAge / 2 + 10);
  // the one that opened the breaker was due a second later than the others
  await holds(bench, { waiting: 2, dead: 599 });
  bench.clock.advance(2000);
  await holds(bench, { waiting: 1, dead: 600 });
  const expired = bench.reports.filter(({ result }) => result === "expired");
  assertEquals([expired.length, server.received.length], [600, 1]);
  assertEquals(new Set(expired.map(({ error }) => error)), new Set([tooOld]));
});

Deno.test("what waits longer than its age is given up while the target is disabled", async () => {
  await using server = startTarget(() => new Response(null, { status: 410 }));
  const target = aTarget({ url: server.url, concurrency: 1, retry: { maxAge } });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(3, { createdAt: now(bench) }));
  await eventually("it is disabled", () => bench.changes.length > 0);
  await holds(bench, { waiting: 3, dead: 0 });
  bench.clock.advance(maxAge + 100);
  await holds(bench, { waiting: 0, dead: 3 });
});

Deno.test("a target that is back in order gets what is young enough, and nothing older", async () => {
  const said = { status: 500 };
  await using server = startTarget(() => new Response(null, said));
  const breaker = { failures: 1, pause: maxAge + 1000, longest: maxAge + 1000 };
  const retry = { maxAge, first: 1 };
  const target = aTarget({ url: server.url, concurrency: 1, breaker, retry });
  await using bench = await courierBench({ targets: [target] });
  await bench.take(deliveries(5, { createdAt: now(bench) }));
  await eventually("the breaker is open", () => bench.changes.length > 0);
  bench.clock.advance(2000);
  await bench.take([aDelivery({ id: "young", createdAt: now(bench) })]);
  await holds(bench, { waiting: 6, dead: 0 });
  said.status = 204;
  bench.clock.advance(maxAge - 900);
  await holds(bench, { waiting: 0, dead: 5 });
  const ids = server.received.slice(1).map(({ headers }) => headers.get("webhook-id"));
  assertEquals(ids, ["young"]);
});

Deno.test("an old one within a batch is left out of it", async () => {
  await using server = startTarget();
  const batch = { max: 10, wait: 100 };
  const target = aTarget({ url: server.url, batch, retry: { maxAge } });
  await using bench = await courierBench({ targets: [target] });
  const at = now(bench);
  await bench.outbox.append([
    aDelivery({ id: "d1", createdAt: at }),
    aDelivery({ id: "old", createdAt: at - maxAge - 1 }),
    aDelivery({ id: "d2", createdAt: at }),
  ]);
  const [old] = await bench.outbox.due("analytics", at, 1, new Set());
  // tried before, and due again after the first of the others
  settleAt0(bench.outbox, [
    { kind: "retry", storeID: old!.storeID, attempts: 1, retryIn: at, error: "500" },
  ]);
  bench.courier.wake();
  await eventually("both are there", () => {
    bench.clock.advance(100);
    return server.received.length === 2;
  });
  await bench.holds({ waiting: 0, dead: 1 });
  const ids = server.received.map(({ headers }) => headers.get("x-delivery-ids"));
  assertEquals(ids, ["d1", "d2"]);
});

Deno.test("without an age nothing is too old", () => {
  const delivery = { createdAt: 0, dueAt: 0, attempts: 3 };
  const retry = aTarget({}).retry;
  assertEquals(isExpired(delivery, retry, Number.MAX_SAFE_INTEGER), false);
  assertEquals(overdueBy(retry), undefined);
});

Deno.test("one that an operator has put back is as old as that, until it is tried", () => {
  const { retry } = aTarget({ retry: { maxAge } });
  const putBack = { createdAt: 0, dueAt: 10 * maxAge, attempts: 0 };
  assertEquals(isExpired(putBack, retry, 11 * maxAge), false);
  assertEquals(isExpired(putBack, retry, 11 * maxAge + 1), true);
  assertEquals(isExpired({ ...putBack, attempts: 1 }, retry, 10 * maxAge), true);
});
