import { assertEquals } from "@std/assert";
import type { AttemptResult, Retention } from "../../src/delivery/outbox.ts";
import { OutboxAdmin } from "../../src/stores/outbox_admin.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { dueAt, outboxFile, settleAt0 } from "./outbox_file.ts";

const stored = 1_754_300_000_000;
const day = 86_400_000;
const keep: Retention = { delivered: day, dead: 30 * day, most: 100 };
const attempt = { at: stored, duration: 1, status: 503, error: "503", answer: "no" };

/** An outbox in which deliveries end when the test says so. */
async function ending() {
  const file = await outboxFile();
  let now = stored;
  const outbox = new SqliteOutbox(file.path, "process", { keepDelivered: true, now: () => now });
  let last = 0;
  return {
    outbox,
    path: file.path,
    async end(kind: AttemptResult["kind"], at: number, count = 1) {
      now = at;
      const ids = Array.from({ length: count }, (_, more) => `${kind}-${last + more + 1}`);
      await outbox.append(ids.map((id) => aDelivery({ id })));
      settleAt0(
        outbox,
        ids.map(() =>
          ({ kind, storeID: ++last, attempts: 1, error: "gone", attempt }) as AttemptResult
        ),
      );
    },
    left() {
      using admin = new OutboxAdmin(file.path);
      return admin.list({}, 1000).map(({ id }) => id);
    },
    async [Symbol.asyncDispose]() {
      await outbox.close();
      await file[Symbol.asyncDispose]();
    },
  };
}

Deno.test("delivered ones and dead letters are deleted when each is old enough, not before", async () => {
  await using bench = await ending();
  await bench.end("delivered", stored);
  await bench.end("dead", stored);
  assertEquals(bench.outbox.prune(keep, stored + day - 1, 10), { delivered: 0, dead: 0 });
  assertEquals(bench.outbox.prune(keep, stored + day, 10), { delivered: 1, dead: 0 });
  assertEquals(bench.outbox.prune(keep, stored + 30 * day - 1, 10), { delivered: 0, dead: 0 });
  assertEquals(bench.outbox.prune(keep, stored + 30 * day, 10), { delivered: 0, dead: 1 });
  assertEquals(bench.left(), []);
});

Deno.test("beyond the most the oldest go", async () => {
  await using bench = await ending();
  for (let at = 0; at < 5; at++) await bench.end("dead", stored + at);
  bench.outbox.prune({ ...keep, most: 2 }, stored + 10, 100);
  assertEquals(bench.left(), ["dead-4", "dead-5"]);
});

Deno.test("no more are deleted at once than asked for, the oldest first", async () => {
  await using bench = await ending();
  for (let at = 0; at < 5; at++) await bench.end("dead", stored + at);
  const { dead } = bench.outbox.prune({ ...keep, most: 1 }, stored + 10, 2);
  assertEquals([dead, bench.left()], [2, ["dead-3", "dead-4", "dead-5"]]);
});

Deno.test("what waits is never deleted, however old", async () => {
  await using bench = await ending();
  await bench.outbox.append(deliveries(3));
  bench.outbox.prune({ delivered: 0, dead: 0, most: 1 }, stored + 1000 * day, 100);
  assertEquals((await dueAt(bench.outbox, stored)).length, 3);
});

Deno.test("the attempts of what is deleted are deleted too", async () => {
  await using bench = await ending();
  await bench.end("dead", stored);
  await bench.end("dead", stored + day);
  bench.outbox.prune(keep, stored + 30 * day, 10);
  using admin = new OutboxAdmin(bench.path);
  assertEquals([admin.attempts(1).length, admin.attempts(2).length], [0, 1]);
});

Deno.test("what is delivered at the second attempt leaves no attempt behind", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  settleAt0(outbox, [
    { kind: "retry", storeID: 1, attempts: 1, retryIn: stored, error: "503", attempt },
  ]);
  using admin = new OutboxAdmin(file.path);
  assertEquals(admin.attempts(1), [{ number: 1, ...attempt }]);
  settleAt0(outbox, [{ kind: "delivered", storeID: 1, attempt }]);
  assertEquals(admin.attempts(1), []);
});

Deno.test("one that was put back after it had arrived, and is dropped, leaves no attempt behind", async () => {
  await using bench = await ending();
  await bench.end("delivered", stored);
  using admin = new OutboxAdmin(bench.path);
  const [arrived] = admin.list({}, 1);
  assertEquals(admin.attempts(arrived!.storeID).length, 1);
  admin.putBack([arrived!.storeID], stored + day);
  admin.drop([arrived!.storeID]);
  assertEquals(admin.attempts(arrived!.storeID), []);
});

Deno.test("of very many attempts the latest twenty are kept, their texts cut", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  const long = "x".repeat(100_000);
  for (let attempts = 1; attempts <= 30; attempts++) {
    const record = { ...attempt, at: stored + attempts, answer: long, error: long };
    settleAt0(outbox, [
      { kind: "retry", storeID: 1, attempts, retryIn: stored, error: "503", attempt: record },
    ]);
  }
  using admin = new OutboxAdmin(file.path);
  const kept = admin.attempts(1);
  assertEquals([kept.length, kept[0]?.number, kept.at(-1)?.number], [20, 11, 30]);
  assertEquals([kept[0]?.answer?.length, kept[0]?.error?.length], [2048, 2048]);
});

Deno.test("a number is not given again while the outbox is open", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery({ id: "first" })]);
  const [held] = await dueAt(outbox, stored);
  using admin = new OutboxAdmin(file.path);
  admin.drop([held!.storeID]);
  await outbox.append([aDelivery({ id: "second" })]);
  // what the courier still settles is the one that was dropped
  settleAt0(outbox, [{ kind: "delivered", storeID: held!.storeID }]);
  assertEquals((await dueAt(outbox, stored)).map(({ id }) => id), ["second"]);
});
