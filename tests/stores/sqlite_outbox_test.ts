import { DatabaseSync } from "node:sqlite";
import { mock } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import type { StoredDelivery } from "../../src/delivery/outbox.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { dueAt, idsDueAt, none, outboxFile, settleAt0 } from "./outbox_file.ts";

const stored = 1_754_300_000_000;

/** A delivery as it was before it got into the outbox. */
function asAppended(
  { storeID: _sequence, attempts: _attempts, dueAt: _dueAt, ...delivery }: StoredDelivery,
) {
  return delivery;
}

Deno.test("a delivery comes out of the outbox as it went in", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const delivery = aDelivery({ headers: { "x-team": 'chat, "quoted"' }, operationID: "op 7" });
  await outbox.append([delivery]);
  const [due] = await dueAt(outbox, stored);
  assertEquals(asAppended(due!), delivery);
  assertEquals(due!.attempts, 0);
});

for (const [what, orderKey] of [["a delivery", ""], ["one with an order key", "key"]] as const) {
  Deno.test(`${what} keeps the trace that it belongs to`, async () => {
    await using file = await outboxFile();
    const outbox = file.open();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const appended = [{ traceparent }, { traceparent, tracestate: "a=b" }]
      .map((trace, index) => aDelivery({ id: `d${index}`, orderKey, trace }));
    await outbox.append(appended);
    assertEquals((await dueAt(outbox, stored)).map(asAppended), appended);
  });
}

const oneByteCharacters = String.fromCodePoint(...Array.from({ length: 255 }, (_, at) => at + 1));

for (
  const [what, body] of [
    ["every character of one byte that JSON has", oneByteCharacters],
    ["characters of two, three and four bytes", "\u00e9\u4e2d\u{1f600}"],
    ["no character at all", ""],
    ["half a million characters", "7".repeat(500_000)],
  ] as const
) {
  Deno.test(`a body of ${what} is kept as it is`, async () => {
    await using file = await outboxFile();
    const outbox = file.open();
    await outbox.append([aDelivery({ body })]);
    const [due] = await dueAt(outbox, stored);
    assertEquals(due!.body, body);
  });
}

Deno.test("a delivery is due from the moment it was made", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery({ createdAt: stored })]);
  assertEquals(await idsDueAt(outbox, stored - 1), []);
  assertEquals(await idsDueAt(outbox, stored), ["delivery-1"]);
});

Deno.test("deliveries are due in the order of their time, then in that of storing", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([
    aDelivery({ id: "third", createdAt: stored + 1 }),
    aDelivery({ id: "first", createdAt: stored }),
  ]);
  await outbox.append([aDelivery({ id: "second", createdAt: stored })]);
  assertEquals(await idsDueAt(outbox, stored + 1), ["first", "second", "third"]);
});

Deno.test("no more are read than asked for, the oldest first", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(5));
  assertEquals(await idsDueAt(outbox, stored, { limit: 2 }), ["d1", "d2"]);
});

Deno.test("another target's deliveries are not due", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery({ target: "alerts" })]);
  assertEquals(await idsDueAt(outbox, stored), []);
});

Deno.test("held deliveries are passed over and do not use up the limit", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(5));
  const held = new Set((await dueAt(outbox, stored, { limit: 2 })).map(({ storeID }) => storeID));
  assertEquals(await idsDueAt(outbox, stored, { limit: 2, held }), ["d3", "d4"]);
});

Deno.test("a delivery keeps its place in the outbox between two questions", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(3));
  assertEquals(await dueAt(outbox, stored), await dueAt(outbox, stored));
});

Deno.test("nextDue is the time of the earliest delivery that is not held", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([
    aDelivery({ id: "later", createdAt: stored + 500 }),
    aDelivery({ id: "sooner", createdAt: stored + 100 }),
  ]);
  const [sooner] = await dueAt(outbox, stored + 100);
  assertEquals(await outbox.nextDue("analytics", none), stored + 100);
  assertEquals(await outbox.nextDue("analytics", new Set([sooner!.storeID])), stored + 500);
});

Deno.test("nextDue is undefined where nothing waits that is not held", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery(), aDelivery({ target: "alerts" })]);
  const [due] = await dueAt(outbox, stored);
  assertEquals(await outbox.nextDue("analytics", new Set([due!.storeID])), undefined);
  assertEquals(await outbox.nextDue("nobody", none), undefined);
});

Deno.test("a delivered delivery is gone", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(2));
  const [first] = await dueAt(outbox, stored);
  settleAt0(outbox, [{ kind: "delivered", storeID: first!.storeID }]);
  assertEquals(await idsDueAt(outbox, stored), ["d2"]);
  assertEquals(await outbox.counts(), [{ target: "analytics", waiting: 1, dead: 0 }]);
});

Deno.test("a delivery to be tried again is due at its new time, with its attempts", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  const [{ storeID } = { storeID: 0 }] = await dueAt(outbox, stored);
  const dueTime = stored + 5000;
  settleAt0(outbox, [{ kind: "retry", storeID, attempts: 3, retryIn: dueTime, error: "503" }]);
  assertEquals(await idsDueAt(outbox, dueTime - 1), []);
  assertEquals((await dueAt(outbox, dueTime)).map(({ attempts }) => attempts), [3]);
  assertEquals(await outbox.nextDue("analytics", none), dueTime);
});

Deno.test("a dead letter is never due again and is kept", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  const [{ storeID } = { storeID: 0 }] = await dueAt(outbox, stored);
  settleAt0(outbox, [{ kind: "dead", storeID, attempts: 5, error: "gone" }]);
  assertEquals(await idsDueAt(outbox, Number.MAX_SAFE_INTEGER), []);
  assertEquals(await outbox.nextDue("analytics", none), undefined);
  assertEquals(await outbox.counts(), [{ target: "analytics", waiting: 0, dead: 1 }]);
});

Deno.test("settlements of every kind are written at once", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(4));
  const [one, two, three] = await dueAt(outbox, stored);
  settleAt0(outbox, [
    { kind: "delivered", storeID: one!.storeID },
    { kind: "dead", storeID: two!.storeID, attempts: 1, error: "404" },
    { kind: "retry", storeID: three!.storeID, attempts: 1, retryIn: stored + 1, error: "503" },
  ]);
  assertEquals(await idsDueAt(outbox, stored), ["d4"]);
  assertEquals(await outbox.counts(), [{ target: "analytics", waiting: 2, dead: 1 }]);
});

Deno.test("settling what is not there changes nothing", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  settleAt0(outbox, [{ kind: "delivered", storeID: 999 }]);
  assertEquals(await idsDueAt(outbox, stored), ["delivery-1"]);
});

Deno.test("the counts are told per target, in the order of their names", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([...deliveries(2), aDelivery({ target: "alerts" })]);
  assertEquals(await outbox.counts(), [
    { target: "alerts", waiting: 1, dead: 0 },
    { target: "analytics", waiting: 2, dead: 0 },
  ]);
});

Deno.test("an empty outbox counts nothing", async () => {
  await using file = await outboxFile();
  assertEquals(await file.open().counts(), []);
});

Deno.test("an append that fails midway leaves nothing of its deliveries", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const broken = aDelivery({ id: "broken", createdAt: 0.5 });
  assertThrows(() => outbox.append([aDelivery({ id: "good" }), broken]));
  assertEquals(await outbox.counts(), []);
});

Deno.test("after an append that failed the next one is taken", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  assertThrows(() => outbox.append([aDelivery({ createdAt: 0.5 })]));
  await outbox.append([aDelivery({ id: "next" })]);
  assertEquals(await idsDueAt(outbox, stored), ["next"]);
});

Deno.test("a batch of settlements that fails midway leaves all as it was", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(2));
  const [one, two] = await dueAt(outbox, stored);
  assertThrows(() =>
    settleAt0(outbox, [
      { kind: "delivered", storeID: one!.storeID },
      { kind: "retry", storeID: two!.storeID, attempts: 0.5, retryIn: 0, error: "503" },
    ])
  );
  assertEquals(await idsDueAt(outbox, stored), ["d1", "d2"]);
});

Deno.test("a delivery whose callback came before the clock was set back is due at once", async () => {
  await using file = await outboxFile();
  const now = 1_754_300_000_000;
  const outbox = new SqliteOutbox(file.path, "process", { now: () => now });
  await outbox.append([
    aDelivery({ id: "free", createdAt: now + 3_600_000 }),
    aDelivery({ id: "ordered", createdAt: now + 3_600_000, orderKey: "u1" }),
  ]);
  assertEquals((await idsDueAt(outbox, now)).sort(), ["free", "ordered"]);
  await outbox.close();
});

Deno.test("due times move with the clock, and the times of callbacks stay", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const at = 1_754_300_000_000;
  await outbox.append([aDelivery({ id: "d1", createdAt: at })]);
  await outbox.moveDue(-3_600_000);
  assertEquals(await outbox.nextDue("analytics", none), at - 3_600_000);
  assertEquals(await outbox.oldest(), [{ target: "analytics", createdAt: at }]);
});

Deno.test("waiting deliveries are counted with and without keys, and behind dead letters of their key", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  outbox.append([
    ...deliveries(3),
    ...["a", "a", "a", "b", "b"].map((orderKey, at) => aDelivery({ id: `k${at}`, orderKey })),
  ]);
  settleAt0(outbox, [{ kind: "dead", storeID: 4, attempts: 1, error: "404" }]);
  assertEquals(outbox.counts(), [{ target: "analytics", waiting: 7, dead: 1 }]);
});

Deno.test("counting reads the indexes alone, so that a backlog does not hold up what is stored", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  outbox.append(deliveries(1));
  using database = new DatabaseSync(file.path);
  const prepared = mock.method(DatabaseSync.prototype, "prepare");
  const reader = new SqliteOutbox(file.path, "process");
  const queries = prepared.mock.calls.map(({ arguments: [sql] }) => sql as string)
    .filter((sql) => /count\(\*\) AS waiting|min\(sequence\) AS first/.test(sql));
  prepared.mock.restore();
  reader.close();
  assertEquals(queries.length, 2);
  const steps = queries.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    .map(({ detail }) => detail as string).filter((step) => /(SCAN|SEARCH) delivery/.test(step));
  assertEquals(steps.length, 5);
  assertEquals(steps.filter((step) => !/COVERING INDEX|INTEGER PRIMARY KEY/.test(step)), []);
});
