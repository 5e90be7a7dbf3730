import { assert, assertEquals } from "@std/assert";
import type { AttemptResult, Retention } from "../../src/delivery/outbox.ts";
import { Housekeeping } from "../../src/stores/housekeeping.ts";
import type { PrunedCount } from "../../src/stores/pruning.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery } from "../delivery/builders.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { dueAt, none, outboxFile, settleAt0 } from "./outbox_file.ts";

const keep: Retention = { delivered: undefined, dead: 60_000, most: 10_000 };
const mebibyte = 2 ** 20;

/** An outbox that is kept in order, on a clock that moves when the test says so. */
async function kept(retention: Retention) {
  const file = await outboxFile();
  const clock = new FakeClock();
  const outbox = new SqliteOutbox(file.path, "process", { now: clock.now });
  const pruned: PrunedCount[] = [];
  const failures: string[] = [];
  const housekeeping = new Housekeeping(outbox, retention, clock, {
    pruned: (count) => void pruned.push(count),
    failed: ({ message }) => void failures.push(message),
  });
  return {
    file,
    clock,
    outbox,
    pruned,
    failures,
    housekeeping,
    size: async () => (await Deno.stat(file.path)).size,
    logSize: async () => (await Deno.stat(`${file.path}-wal`)).size,
    async [Symbol.asyncDispose]() {
      housekeeping.stop();
      await file[Symbol.asyncDispose]();
    },
  };
}

type Kept = Awaited<ReturnType<typeof kept>>;

async function store({ outbox, clock }: Kept, count: number): Promise<void> {
  const body = "7".repeat(700);
  for (let left = count; left > 0; left -= 500) {
    await outbox.append(
      Array.from(
        { length: Math.min(left, 500) },
        () => aDelivery({ createdAt: clock.now(), body }),
      ),
    );
  }
}

/** Ends so many of those that are due, some of them as dead letters. */
async function endDue({ outbox, clock }: Kept, count: number, deadEvery: number): Promise<void> {
  const due = await outbox.due("analytics", clock.now(), count, none);
  settleAt0(
    outbox,
    due.map(({ storeID }, at): AttemptResult =>
      at % deadEvery === 0
        ? { kind: "dead", storeID, attempts: 1, error: "gone" }
        : { kind: "delivered", storeID }
    ),
  );
}

Deno.test("under a steady load with a failing target the file does not grow without bound", async () => {
  await using bench = await kept(keep);
  const sizes: number[] = [];
  // ten simulated minutes, a second at a time: 100 deliveries, of which 20 become dead letters
  for (let second = 1; second <= 600; second++) {
    await store(bench, 100);
    await endDue(bench, 100, 5);
    bench.clock.advance(1000);
    if (second % 60 === 0) sizes.push(await bench.size());
  }
  // a minute's dead letters are 1200 of about 1 KiB
  const early = Math.max(...sizes.slice(1, 4));
  const late = Math.max(...sizes.slice(-3));
  assert(late <= early * 1.1, `the file grew: ${sizes.join(", ")}`);
  assert(late < 8 * mebibyte, `the file is large: ${sizes.join(", ")}`);
  assert(await bench.logSize() <= 8 * mebibyte);
  const [count] = await bench.outbox.counts();
  assert(count!.dead <= 1200 + 200, `${count!.dead} dead letters are kept`);
  assertEquals(bench.failures, []);
});

Deno.test("after a large backlog the file is small again", async () => {
  await using bench = await kept(keep);
  await store(bench, 20_000);
  settleAt0(
    bench.outbox,
    Array.from({ length: 20_000 }, (_, at) => ({ kind: "delivered", storeID: at + 1 })),
  );
  // settling has filled the log; the file itself is written when that is folded in
  const full = Math.max(await bench.size(), 20_000 * 700);
  bench.clock.advance(60_000);
  await bench.outbox.close();
  const size = await bench.size();
  assert(size < full / 2 && size <= 6 * mebibyte, `${full} became ${size}`);
});

Deno.test("a few empty pages are kept for what comes", async () => {
  await using bench = await kept(keep);
  await store(bench, 1000);
  await endDue(bench, 1000, 2000);
  assertEquals(bench.outbox.shrink(1000), false);
});

Deno.test("many old dead letters are deleted in small parts, others write in between", async () => {
  await using bench = await kept(keep);
  await store(bench, 1200);
  await endDue(bench, 1200, 1);
  bench.clock.jump(bench.clock.now() + 60_000);
  const left = async () => (await bench.outbox.counts())[0]?.dead ?? 0;
  bench.clock.advance(60_000);
  assertEquals(await left(), 0);
  assertEquals(bench.pruned.map(({ dead }) => dead), [500, 500, 200]);
});

Deno.test("housekeeping that fails tells it and tries again later", () => {
  const clock = new FakeClock();
  const failures: string[] = [];
  const pruned: PrunedCount[] = [];
  let times = 0;
  const outbox = {
    prune() {
      if (times++ === 0) throw new Error("database or disk is full");
      return { delivered: 0, dead: 1 };
    },
    shrink: () => false,
  };
  const housekeeping = new Housekeeping(outbox, keep, clock, {
    pruned: (count) => void pruned.push(count),
    failed: ({ message }) => void failures.push(message),
  });
  clock.advance(5100);
  housekeeping.stop();
  assertEquals([failures, pruned], [["database or disk is full"], [{ delivered: 0, dead: 1 }]]);
});

Deno.test("housekeeping that was stopped does nothing more", async () => {
  await using bench = await kept(keep);
  bench.housekeeping.stop();
  assertEquals(bench.clock.timers, 0);
  await store(bench, 1);
  assertEquals((await dueAt(bench.outbox, bench.clock.now())).length, 1);
});
