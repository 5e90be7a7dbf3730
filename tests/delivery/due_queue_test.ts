import { assertEquals } from "@std/assert";
import type { Outbox } from "../../src/delivery/outbox.ts";
import { DueQueue } from "../../src/delivery/due_queue.ts";
import type { CourierOutbox } from "../../src/delivery/courier_context.ts";
import { outboxFile } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery, deliveries } from "./builders.ts";
import { orderedOutbox } from "./ordered_outbox.ts";

/** An queue over a real outbox, with what it has asked of it. */
async function queueing(
  { readAtOnce = 32, model }: { readonly readAtOnce?: number; readonly model?: Outbox } = {},
) {
  const file = await outboxFile();
  const outbox = model ?? file.open();
  const clock = new FakeClock();
  const state = { wanted: true, arrivals: 0, asked: 0, limit: 0 };
  const counted: CourierOutbox = {
    due(target, now, limit, held) {
      state.asked++;
      state.limit = Math.max(state.limit, limit);
      return outbox.due(target, now, limit, held);
    },
    nextDue: (...question) => outbox.nextDue(...question),
    settle: (settlements) => outbox.settle(settlements),
  };
  const context = { outbox: counted, clock, outboxFailed: () => {} };
  const queue = new DueQueue(context, {
    target: "analytics",
    readAtOnce: () => readAtOnce,
    arrived: () => void state.arrivals++,
    wanted: () => state.wanted,
  });
  return {
    queue,
    outbox,
    clock,
    state,
    arrived: (count: number) => eventually(`${count} reads`, () => state.arrivals >= count),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

const all = () => true;

Deno.test("no more is read at once than is said, and nothing while that is there", async () => {
  await using bench = await queueing({ readAtOnce: 10 });
  await bench.outbox.append(deliveries(100));
  bench.queue.wake();
  await bench.arrived(1);
  bench.state.wanted = false;
  for (let wake = 0; wake < 10; wake++) bench.queue.wake();
  assertEquals([bench.queue.ready, bench.state.asked, bench.state.limit], [10, 1, 10]);
});

Deno.test("nothing is read while too much waits to be written down", async () => {
  await using bench = await queueing({ readAtOnce: 500 });
  await bench.outbox.append(deliveries(5000));
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
  await bench.outbox.append(deliveries(3));
  bench.queue.wake();
  await bench.arrived(1);
  bench.queue.giveBack();
  assertEquals(bench.queue.ready, 0);
  bench.queue.fill();
  await bench.arrived(2);
  assertEquals(bench.queue.take(all).map(({ id }) => id), ["d1", "d2", "d3"]);
});

Deno.test("a clock that is set forward makes what is due then due within a minute", async () => {
  await using bench = await queueing();
  const now = bench.clock.now();
  await bench.outbox.append([aDelivery({ createdAt: now + 3_600_000 })]);
  bench.queue.wake();
  await bench.arrived(1);
  bench.clock.jump(now + 3_600_000);
  bench.clock.advance(60_000);
  await bench.arrived(2);
  assertEquals(bench.queue.ready, 1);
});

Deno.test("a stopped queue reads nothing and has no timer", async () => {
  await using bench = await queueing();
  await bench.outbox.append([aDelivery({ createdAt: bench.clock.now() + 1000 })]);
  bench.queue.wake();
  await eventually("it waits", () => bench.clock.timers === 1);
  bench.queue.stop();
  bench.queue.wake();
  bench.queue.fill();
  assertEquals([bench.clock.timers, bench.state.asked], [0, 1]);
});

Deno.test("of one key a few are held; the outbox is not asked for more of it without end", async () => {
  const model = orderedOutbox("those that are due");
  await using bench = await queueing({ model });
  await bench.outbox.append(deliveries(100, { orderKey: "a" }));
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
  await bench.outbox.append(deliveries(20, { body: mebibyte }));
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
  await bench.outbox.append(deliveries(2, { body: JSON.stringify("x".repeat(9 * 1024 * 1024)) }));
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
    await bench.outbox.append(
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
      await bench.outbox.settle([{ kind: "delivered", sequence: delivery.sequence }]);
      bench.queue.written(delivery, { again: false });
    }
  }
  assertEquals(taken.length, 24);
  for (const key of keys) {
    const own = taken.filter((id) => id.startsWith(key));
    assertEquals(own, own.toSorted());
  }
});
