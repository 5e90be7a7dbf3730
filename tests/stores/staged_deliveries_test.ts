import { assertEquals, assertThrows } from "@std/assert";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { DatabaseSync } from "node:sqlite";
import { packed } from "../../src/delivery/packed_deliveries.ts";
import { OutboxDesk } from "../../src/stores/outbox_desk.ts";
import type { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { dueAt, idsDueAt, none, outboxFile } from "./outbox_file.ts";

const stored = 1_754_300_000_000;

/** What queueing comes to where nothing is staged. */
const nothing = { targets: [], next: undefined, left: [], damaged: [] };

const ids = (count: number, from = 1) => Array.from({ length: count }, (_, at) => `d${from + at}`);

/** Queues everything on the stage, as much at once as is said; returns how often it took. */
async function queueAll(outbox: SqliteOutbox, atOnce = 1000): Promise<number> {
  let times = 0;
  for (let more = true; more; times++) {
    const { next } = await outbox.queueStaged(atOnce);
    more = next !== undefined;
  }
  return times;
}

Deno.test("staged deliveries are not due before they are queued", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([], packed(deliveries(3)));
  assertEquals(await idsDueAt(outbox, stored), []);
  await queueAll(outbox);
  assertEquals(await idsDueAt(outbox, stored), ids(3));
});

Deno.test("a queued delivery is as if it had not been staged", async () => {
  const whole = aDelivery({
    operationID: "op \0 語",
    orderKey: "key\0",
    headers: { "x-tenant": "t1" },
    body: '{"text":"\\ud83d\\u0000 語"}',
    trace: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  });
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([whole]);
  await outbox.append([], packed([whole]));
  await queueAll(outbox);
  const [appended] = await dueAt(outbox, stored);
  await outbox.settle([{ kind: "delivered", sequence: appended!.sequence }]);
  const [queued] = await dueAt(outbox, stored);
  assertEquals({ ...queued, sequence: 0 }, { ...appended, sequence: 0 });
});

Deno.test("what was staged is there in the next run", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append([], packed(deliveries(2)));
  await before.close();
  const after = file.open();
  await queueAll(after);
  assertEquals(await idsDueAt(after, stored), ids(2));
});

Deno.test("a staged delivery waits: it is counted, with the age of the oldest", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(2));
  const old: NewDelivery[] = [aDelivery({ createdAt: stored - 5000 }), aDelivery()];
  await outbox.append([], packed([...old, aDelivery({ target: "alerts" })]));
  assertEquals(await outbox.counts(), [
    { target: "alerts", waiting: 1, dead: 0 },
    { target: "analytics", waiting: 4, dead: 0 },
  ]);
  assertEquals(await outbox.oldest(), [
    { target: "alerts", createdAt: stored },
    { target: "analytics", createdAt: stored - 5000 },
  ]);
});

Deno.test("staged and appended deliveries have sequences in the order of storing", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(2));
  await outbox.append([], packed(deliveries(3).map((one) => ({ ...one, id: `${one.id} staged` }))));
  await outbox.append([], packed([aDelivery({ id: "last staged" })]));
  await queueAll(outbox);
  await outbox.append([aDelivery({ id: "last" })]);
  const due = await dueAt(outbox, stored);
  assertEquals(due.map(({ id, sequence }) => [sequence, id]), [
    [1, "d1"],
    [2, "d2"],
    [3, "d1 staged"],
    [4, "d2 staged"],
    [5, "d3 staged"],
    [6, "last staged"],
    [7, "last"],
  ]);
});

Deno.test("the sequences of what is still staged are given to nothing else", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append([], packed(deliveries(3)));
  await before.close();
  const after = file.open();
  await after.append([aDelivery({ id: "new" })]);
  await queueAll(after);
  assertEquals((await dueAt(after, stored)).map(({ sequence }) => sequence), [1, 2, 3, 4]);
});

Deno.test("whole packs are queued, as few as there have to be", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  for (const number of [1, 2, 3, 4]) {
    await outbox.append([], packed(deliveries(10, { createdAt: stored + number })));
  }
  const first = await outbox.queueStaged(15);
  const targets = ["analytics"];
  assertEquals(first, { targets, next: stored + 3, left: targets, damaged: [] });
  assertEquals(await queueAll(outbox, 1), 2);
  assertEquals(await outbox.queueStaged(1), nothing);
});

Deno.test("some deliveries are queued and others staged in one transaction", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(2), packed([aDelivery({ id: "alert", target: "alerts" })]));
  assertEquals(await idsDueAt(outbox, stored), ids(2));
  await queueAll(outbox);
  const [alert] = await outbox.due("alerts", stored, 1, none);
  assertEquals([alert?.id, alert?.sequence], ["alert", 3]);
});

/** What a disk may make of a pack of three, in SQL. */
const damages = {
  "is no JSON": "substr(json, 2)",
  "has a row less": "json_remove(json, '$.rows[1]')",
  "has a row that is none": "json_set(json, '$.rows[1]', 7)",
  "has a delivery of no kind": "json_set(json, '$.rows[1][0]', 9)",
  "has a delivery without a body": "json_set(json, '$.rows[1][4]', NULL)",
  "has a kind without headers": "json_set(json, '$.kinds[0].headers', NULL)",
  "has a time that is text": "json_set(json, '$.rows[1][3]', 'noon')",
  "has another target": "json_set(json, '$.kinds[0].target', 'analytiks')",
};

function damageFirst(path: string, as: string): void {
  using database = new DatabaseSync(path);
  database.exec(`UPDATE staged SET json = ${as} WHERE last_sequence = 3`);
}

for (const [damage, as] of Object.entries(damages)) {
  Deno.test(`a pack that ${damage} stands aside whole, and the others do not wait for it`, async () => {
    await using file = await outboxFile();
    const outbox = file.open();
    await outbox.append([], packed(deliveries(3)));
    await outbox.append([], packed([aDelivery({ id: "well", target: "alerts" })]));
    damageFirst(file.path, as);
    assertEquals(await outbox.queueStaged(1), {
      targets: ["alerts"],
      next: undefined,
      left: [],
      damaged: [{ target: "analytics", count: 3 }],
    });
    assertEquals((await outbox.due("alerts", stored, 1, none)).map(({ id }) => id), ["well"]);
    assertEquals(await outbox.queueStaged(1), nothing);
    await outbox.append([aDelivery({ id: "later" })]);
    assertEquals((await dueAt(outbox, stored)).map(({ sequence }) => sequence), [5]);
  });
}

Deno.test("a disk that is full is no damage: all stays on the stage, and is queued when there is room", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const large = deliveries(40).map((one) => ({ ...one, body: "x".repeat(20_000) }));
  for (const one of large) await outbox.append([], packed([one]));
  using database = new DatabaseSync(file.path);
  const desk = new OutboxDesk(database);
  const pages = Number(database.prepare("PRAGMA page_count").get()?.page_count);
  database.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const { errcode } = assertThrows(() => desk.queueStaged(100, stored)) as { errcode?: number };
  assertEquals(errcode, 13);
  assertEquals(await idsDueAt(outbox, stored), []);
  database.exec(`PRAGMA max_page_count = ${10 * pages}`);
  assertEquals(desk.queueStaged(100, stored).damaged, []);
  assertEquals(await idsDueAt(outbox, stored), ids(40));
});

Deno.test("an operator's command sets aside a pack that cannot be read, and says so once", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([], packed(deliveries(3)));
  await outbox.append([], packed([aDelivery({ id: "well" })]));
  damageFirst(file.path, "''");
  using desk = new OutboxDesk(file.path);
  assertEquals(desk.queueStaged(1, stored), {
    ...{ targets: ["analytics"], more: false },
    damaged: [{ target: "analytics", count: 3 }],
  });
  assertEquals(desk.queueStaged(1, stored).damaged, []);
  assertEquals(await idsDueAt(outbox, stored), ["well"]);
});

Deno.test("deliveries of one key keep their order over the stage", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const keyed = (id: string) => aDelivery({ id, orderKey: "u1" });
  await outbox.append([keyed("a1")]);
  await outbox.append([], packed([keyed("a2"), keyed("a3")]));
  const [first] = await dueAt(outbox, stored);
  await outbox.settle([{
    kind: "retry",
    sequence: first!.sequence,
    attempts: 1,
    dueAt: stored + 60_000,
    error: "503",
  }]);
  await queueAll(outbox);
  assertEquals(await idsDueAt(outbox, stored), []);
  assertEquals(await idsDueAt(outbox, stored + 60_000), ["a1", "a2", "a3"]);
});

Deno.test("an operator's command beside the router finds what is staged, and queues it", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([], packed(deliveries(100)));
  using desk = new OutboxDesk(file.path);
  const { targets, more } = desk.queueStaged(50, stored);
  assertEquals([targets, more], [["analytics"], true]);
  assertEquals(desk.queueStaged(50, stored).more, false);
  assertEquals(desk.list({}, 200).map(({ id }) => id), ids(100));
  await outbox.append([aDelivery({ id: "new" })]);
  assertEquals((await idsDueAt(outbox, stored, { limit: 200 })).at(-1), "new");
});

Deno.test("an operator is not kept waiting for what comes after his question", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([], packed([aDelivery()]));
  await outbox.append([], packed([aDelivery({ createdAt: stored + 1 })]));
  using desk = new OutboxDesk(file.path);
  assertEquals(desk.queueStaged(1, stored).more, false);
});
