import { assert, assertEquals } from "@std/assert";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { Outbox, StoredDelivery } from "../../src/delivery/outbox.ts";
import { DueQueue } from "../../src/delivery/due_queue.ts";
import type { CourierOutbox } from "../../src/delivery/courier_context.ts";
import { LeasedOutbox } from "../../src/stores/leased_outbox.ts";
import { steadyClock } from "../../src/stores/steady_clock.ts";
import { outboxFile } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery, deliveries } from "./builders.ts";
import { orderedOutbox } from "./ordered_outbox.ts";

/** An queue over a real outbox, with what it has asked of it. */
async function queueing(
  { readAtOnce = 32, model }: {
    readonly readAtOnce?: number;
    readonly model?: (clock: FakeClock) => Outbox;
  } = {},
) {
  const file = await outboxFile();
  const clock = new FakeClock();
  const outbox = model?.(clock) ?? new LeasedOutbox(file.open(), steadyClock(clock));
  const state = { wanted: true, arrivals: 0, asked: 0, limit: 0 };
  const counted: CourierOutbox = {
    claim(target, count, ...rest) {
      state.asked++;
      state.limit = Math.max(state.limit, count);
      return outbox.claim(target, count, ...rest);
    },
    release: (ids) => outbox.release(ids),
    nextDue: (...question) => outbox.nextDue(...question),
    settle: (results) => outbox.settle(results),
  };
  const context = { outbox: counted, clock, outboxFailed: () => {} };
  const queue = new DueQueue(context, {
    target: "analytics",
    readAtOnce: () => readAtOnce,
    attemptWithin: () => 30_000,
    arrived: () => void state.arrivals++,
    open: () => state.wanted,
    wanted: () => state.wanted,
  });
  return {
    queue,
    file,
    outbox,
    /** Stores deliveries, and claims none of them. */
    async store(deliveries: readonly NewDelivery[]) {
      const claimed = await outbox.append(deliveries, 0);
      await outbox.release(claimed.map(({ storeID }) => storeID));
    },
    /** Stores deliveries, and hands those that may be sent to the queue. */
    async offer(deliveries: readonly NewDelivery[]) {
      queue.offer(await outbox.append(deliveries, queue.lease));
    },
    clock,
    state,
    arrived: (count: number) => eventually(`${count} reads`, () => state.arrivals >= count),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

const all = () => true;

Deno.test("no more is read at once than is said, and nothing while that is there", async () => {
  await using bench = await queueing({ readAtOnce: 10 });
  await bench.store(deliveries(100));
  bench.queue.wake();
  await bench.arrived(1);
  bench.state.wanted = false;
  for (let wake = 0; wake < 10; wake++) bench.queue.wake();
  assertEquals([bench.queue.ready, bench.state.asked, bench.state.limit], [10, 1, 10]);
});

Deno.test("nothing is read while too much waits to be written down", async () => {
  await using bench = await queueing({ readAtOnce: 500 });
  await bench.store(deliveries(5000));
  const taken = [];
  for (let read = 1; read <= 10; read++) {
    bench.queue.wake();
    if (bench.state.asked === read) await bench.arrived(read);
    taken.push(...bench.queue.take(all));
  }
  assertEquals([taken.length, bench.state.asked], [2000, 4]);
  bench.queue.written(taken[0]!, { again: false });
  assertEquals(bench.state.asked, 5);
  await bench.arrived(5);
});

Deno.test("what is given back is read again, with its place in the order", async () => {
  await using bench = await queueing();
  await bench.store(deliveries(3));
  bench.queue.wake();
  await bench.arrived(1);
  bench.queue.giveBack();
  assertEquals(bench.queue.ready, 0);
  bench.queue.fill();
  await bench.arrived(2);
  assertEquals(bench.queue.take(all).map(({ id }) => id), ["d1", "d2", "d3"]);
});

Deno.test("what another process makes due is noticed within a minute", async () => {
  await using bench = await queueing();
  await bench.store([aDelivery({ createdAt: bench.clock.now() + 3_600_000 })]);
  bench.queue.wake();
  await bench.arrived(1);
  bench.file.open().moveDue(-3_600_000);
  bench.clock.advance(60_000);
  await bench.arrived(2);
  assertEquals(bench.queue.ready, 1);
});

Deno.test("a stopped queue reads nothing and has no timer", async () => {
  await using bench = await queueing();
  await bench.store([aDelivery({ createdAt: bench.clock.now() + 1000 })]);
  bench.queue.wake();
  await eventually("it waits", () => bench.clock.timers === 1);
  bench.queue.stop();
  bench.queue.wake();
  bench.queue.fill();
  assertEquals([bench.clock.timers, bench.state.asked], [0, 1]);
});

Deno.test("of one key a few are held; the outbox is not asked for more of it without end", async () => {
  const model = (clock: FakeClock) => orderedOutbox("those that are due", clock);
  await using bench = await queueing({ model });
  await bench.store(deliveries(100, { orderKey: "a" }));
  bench.queue.wake();
  await bench.arrived(1);
  const taken = bench.queue.take(all);
  bench.queue.fill();
  await bench.arrived(2);
  for (let turn = 0; turn < 10; turn++) {
    bench.queue.fill();
    bench.clock.advance(100);
  }
  assertEquals([bench.state.asked, bench.queue.ready], [2, 0]);
  for (let turn = 0; turn < 16; turn++) {
    bench.queue.attempted(taken.at(-1)!, { again: false });
    taken.push(...bench.queue.take(all));
  }
  assertEquals(taken.length, 17);
});

const mebibyte = JSON.stringify("x".repeat(1024 * 1024));

Deno.test("no more text is read at once than 8 MiB, and then the rest", async () => {
  await using bench = await queueing({ readAtOnce: 256 });
  await bench.store(deliveries(20, { body: mebibyte }));
  bench.queue.wake();
  await bench.arrived(1);
  const taken = [...bench.queue.take(all)];
  assertEquals(taken.length, 8);
  for (const read of [2, 3]) {
    bench.queue.fill();
    await bench.arrived(read);
    taken.push(...bench.queue.take(all));
  }
  assertEquals(taken.map(({ id }) => id), deliveries(20).map(({ id }) => id));
  bench.queue.fill();
  assertEquals(bench.state.asked, 3);
});

Deno.test("a delivery with more text than is read at once is read by itself", async () => {
  await using bench = await queueing({ readAtOnce: 256 });
  await bench.store(deliveries(2, { body: JSON.stringify("x".repeat(9 * 1024 * 1024)) }));
  for (const read of [1, 2]) {
    bench.queue.wake();
    await bench.arrived(read);
    assertEquals(bench.queue.take(all).map(({ id }) => id), [`d${read}`]);
  }
});

Deno.test("what is held behind others of its key is no more than 8 MiB, and arrives in its order", async () => {
  await using bench = await queueing({ readAtOnce: 256 });
  const keys = Array.from({ length: 4 }, (_, index) => `key-${index}`);
  for (const orderKey of keys) {
    await bench.store(
      Array.from(
        { length: 6 },
        (_, index) => aDelivery({ id: `${orderKey}-${index}`, orderKey, body: mebibyte }),
      ),
    );
  }
  const taken: string[] = [];
  for (let turn = 0; taken.length < 24 && turn < 200; turn++) {
    const arrivals = bench.state.arrivals;
    const asked = bench.state.asked;
    bench.queue.wake();
    if (bench.state.asked > asked) await bench.arrived(arrivals + 1);
    for (const delivery of bench.queue.take(all)) {
      taken.push(delivery.id);
      bench.queue.attempted(delivery, { again: false });
      await bench.outbox.settle([{ kind: "delivered", storeID: delivery.storeID }]);
      bench.queue.written(delivery, { again: false });
    }
  }
  assertEquals(taken.length, 24);
  for (const key of keys) {
    const own = taken.filter((id) => id.startsWith(key));
    assertEquals(own, own.toSorted());
  }
});

Deno.test("fresh deliveries are ready from memory, and the outbox is not asked", async () => {
  await using bench = await queueing();
  await bench.offer(deliveries(20));
  assertEquals([bench.queue.ready, bench.state.asked], [20, 0]);
  assertEquals(bench.queue.take(all).map(({ id }) => id), deliveries(20).map(({ id }) => id));
});

Deno.test("fresh deliveries beyond the room in memory are left to the outbox, and none is lost", async () => {
  await using bench = await queueing({ readAtOnce: 10 });
  await bench.offer(deliveries(25));
  assertEquals(bench.queue.ready, 10);
  const taken: StoredDelivery[] = [];
  for (let read = 0; taken.length < 25; read++) {
    taken.push(...bench.queue.take(all));
    if (taken.length === 25) break;
    bench.queue.fill();
    await bench.arrived(read + 1);
  }
  assertEquals(taken.map(({ id }) => id), deliveries(25).map(({ id }) => id));
});

Deno.test("fresh deliveries do not overtake older ones that wait in the outbox", async () => {
  await using bench = await queueing({ readAtOnce: 10 });
  await bench.offer(deliveries(15));
  bench.queue.take(all);
  await bench.offer([aDelivery({ id: "fresh" })]);
  assertEquals(bench.queue.ready, 0);
  bench.queue.fill();
  await bench.arrived(1);
  const ids = bench.queue.take(all).map(({ id }) => id);
  assertEquals(ids, ["d11", "d12", "d13", "d14", "d15", "fresh"]);
});

Deno.test("fresh deliveries for a target that is left alone wait in the outbox", async () => {
  await using bench = await queueing();
  bench.state.wanted = false;
  await bench.offer(deliveries(3));
  assertEquals(bench.queue.ready, 0);
  bench.state.wanted = true;
  bench.queue.fill();
  await bench.arrived(1);
  assertEquals(bench.queue.ready, 3);
});

Deno.test("fresh deliveries have no more text in memory than is read at once", async () => {
  await using bench = await queueing({ readAtOnce: 256 });
  await bench.offer(deliveries(20, { body: mebibyte }));
  assert(bench.queue.ready <= 8, `${bench.queue.ready} of 1 MiB`);
});

Deno.test("what waits longer than its claim is claimed anew before it is tried, and comes once", async () => {
  await using bench = await queueing();
  await bench.offer(deliveries(3));
  bench.clock.advance(bench.queue.lease - 30_000);
  bench.queue.renewClaims();
  assertEquals(bench.queue.ready, 3, "an attempt ends within the claim");
  bench.clock.advance(1);
  bench.queue.renewClaims();
  assertEquals(bench.queue.ready, 0);
  bench.queue.fill();
  await bench.arrived(1);
  assertEquals(bench.queue.take(all).map(({ id }) => id), ["d1", "d2", "d3"]);
});

Deno.test("a delivery whose claim ended while it was under way is not handed out twice", async () => {
  await using bench = await queueing();
  await bench.offer(deliveries(1));
  const [taken] = bench.queue.take(all);
  bench.clock.advance(bench.queue.lease + 1);
  bench.queue.wake();
  await bench.arrived(1);
  assertEquals(bench.queue.ready, 0);
  await bench.outbox.settle([{ kind: "delivered", storeID: taken!.storeID }]);
  bench.queue.written(taken!, { again: false });
  assertEquals(await bench.outbox.counts(), []);
});
