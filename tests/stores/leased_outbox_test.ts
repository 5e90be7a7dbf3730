import { assertEquals } from "@std/assert";
import { LeasedOutbox } from "../../src/stores/leased_outbox.ts";
import { steadyClock } from "../../src/stores/steady_clock.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { outboxFile } from "./outbox_file.ts";

const lease = 60_000;

/** An outbox over a new file, on a clock that moves when the test says so. */
async function leased() {
  const file = await outboxFile();
  const clock = new FakeClock();
  const outbox = new LeasedOutbox(file.open(), steadyClock(clock));
  const claim = async (count = 10, options = {}) =>
    (await outbox.claim("analytics", count, lease, options)).map(({ id }) => id);
  return {
    ...{ file, clock, outbox, claim },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

Deno.test("what is claimed is given to nobody else until its lease is over", async () => {
  await using bench = await leased();
  await bench.file.open().append(deliveries(3));
  assertEquals(await bench.claim(2), ["d1", "d2"]);
  assertEquals(await bench.claim(), ["d3"]);
  bench.clock.advance(lease - 1);
  assertEquals(await bench.claim(), []);
  bench.clock.advance(1);
  assertEquals(await bench.claim(), ["d1", "d2", "d3"]);
});

Deno.test("what is released can be claimed at once", async () => {
  await using bench = await leased();
  const [first] = await bench.outbox.append(deliveries(2), lease);
  await bench.outbox.release([first!.storeID]);
  assertEquals(await bench.claim(), ["d1"]);
});

Deno.test("what is stored is claimed by whoever stores it", async () => {
  await using bench = await leased();
  const stored = await bench.outbox.append(deliveries(2), lease);
  assertEquals(stored.map(({ id, attempts }) => [id, attempts]), [["d1", 0], ["d2", 0]]);
  assertEquals([await bench.claim(), await bench.outbox.nextDue("analytics")], [[], undefined]);
});

Deno.test("of a key the first alone is claimed when it is stored; the next follows it", async () => {
  await using bench = await leased();
  const append = async (id: string) =>
    (await bench.outbox.append([aDelivery({ id, orderKey: "a" })], lease)).map(({ id }) => id);
  assertEquals([await append("d1"), await append("d2")], [["d1"], []]);
  assertEquals(await bench.claim(), ["d2"], "it may be read behind the first");
});

Deno.test("a key with a NUL is the same in memory and when it is read", async () => {
  await using bench = await leased();
  const orderKey = "a\0b";
  const [first] = await bench.outbox.append([aDelivery({ id: "d1", orderKey })], lease);
  await bench.outbox.append([aDelivery({ id: "d2", orderKey })], lease);
  const [second] = await bench.outbox.claim("analytics", 1, lease);
  assertEquals([second!.id, second!.orderKey], ["d2", first!.orderKey]);
});

Deno.test("a retry is due so long after it was written, whatever the clock is set to then", async () => {
  await using bench = await leased();
  const [stored] = await bench.outbox.append(deliveries(1), lease);
  await bench.outbox.settle([
    { kind: "retry", storeID: stored!.storeID, attempts: 1, retryIn: 5000, error: "503" },
  ]);
  bench.clock.jump(bench.clock.now() + 3_600_000);
  assertEquals(await bench.outbox.nextDue("analytics"), 5000);
  bench.clock.advance(4999);
  assertEquals(await bench.claim(), []);
  bench.clock.advance(1);
  assertEquals(await bench.claim(), ["d1"]);
});

Deno.test("those alone can be asked for that have been due for so long", async () => {
  await using bench = await leased();
  const now = bench.clock.now();
  await bench.file.open().append([
    aDelivery({ id: "old", createdAt: now - 1000 }),
    aDelivery({ id: "young", createdAt: now }),
  ]);
  assertEquals(await bench.claim(10, { overdueBy: 1000 }), ["old"]);
});
