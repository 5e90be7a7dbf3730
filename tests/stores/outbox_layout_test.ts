import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openExistingDatabase } from "../../src/stores/outbox_database.ts";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { aDelivery } from "../delivery/builders.ts";
import { dueAt, idsDueAt, none, type OutboxFile, outboxFile, settleAt0 } from "./outbox_file.ts";

const stored = 1_754_300_000_000;

/** Makes a file as the first version of the router did, with its own statements. */
function writeLayout1(path: string, rows: number): void {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE delivery (
      sequence     INTEGER PRIMARY KEY,
      id           TEXT NOT NULL,
      target       TEXT NOT NULL,
      command      TEXT NOT NULL,
      operation_id TEXT NOT NULL,
      created_at   INTEGER NOT NULL,
      headers      TEXT NOT NULL,
      body         TEXT NOT NULL,
      due_at       INTEGER NOT NULL,
      attempts     INTEGER NOT NULL DEFAULT 0,
      dead         INTEGER NOT NULL DEFAULT 0,
      error        TEXT
    ) STRICT;
    CREATE INDEX delivery_due ON delivery (target, due_at, sequence) WHERE dead = 0;
    PRAGMA user_version = 1;
  `);
  const insert = database.prepare(`
    INSERT INTO delivery (id, target, command, operation_id, created_at, headers, body, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  for (let number = 1; number <= rows; number++) {
    const headers = '{"x-team":"chat"}';
    insert.run(`d${number}`, "analytics", "command", "op", stored, headers, '{"a":1}', stored);
  }
  database.exec(`
    UPDATE delivery SET dead = 1, attempts = 8, error = 'gone' WHERE id = 'd2';
    UPDATE delivery SET attempts = 3, error = '503', due_at = ${stored + 5000} WHERE id = 'd3';
  `);
  database.close();
}

/** Makes a file as the router did before it stored traces, with its own statements. */
function writeLayout2(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    CREATE TABLE delivery (
      sequence     INTEGER PRIMARY KEY,
      id           TEXT NOT NULL,
      target       TEXT NOT NULL,
      command      TEXT NOT NULL,
      operation_id TEXT NOT NULL,
      order_key    TEXT NOT NULL DEFAULT '',
      created_at   INTEGER NOT NULL,
      due_at       INTEGER NOT NULL,
      attempts     INTEGER NOT NULL DEFAULT 0,
      state        INTEGER NOT NULL DEFAULT 0,
      leading      INTEGER NOT NULL DEFAULT 1,
      ended_at     INTEGER,
      error        TEXT,
      headers      TEXT NOT NULL,
      body         TEXT NOT NULL
    ) STRICT;
    CREATE INDEX delivery_due ON delivery (target, due_at, sequence)
      WHERE state = 0 AND leading = 1;
    CREATE INDEX delivery_order ON delivery (target, order_key, sequence)
      WHERE state = 0 AND order_key <> '';
    CREATE INDEX delivery_ended ON delivery (state, ended_at) WHERE state <> 0;
    CREATE TABLE attempt (
      sequence INTEGER NOT NULL,
      number   INTEGER NOT NULL,
      at       INTEGER NOT NULL,
      duration INTEGER NOT NULL,
      status   INTEGER,
      error    TEXT,
      answer   TEXT
    ) STRICT;
    CREATE INDEX attempt_delivery ON attempt (sequence, number);
    CREATE TRIGGER attempts_bounded AFTER INSERT ON attempt WHEN NEW.number > 20 BEGIN
      DELETE FROM attempt WHERE sequence = NEW.sequence AND number <= NEW.number - 20;
    END;
    CREATE TRIGGER waiting_ended AFTER UPDATE OF state ON delivery
      WHEN NEW.order_key <> '' AND OLD.state = 0 AND NEW.state <> 0
    BEGIN
      UPDATE delivery SET leading = 1 WHERE sequence = (
        SELECT min(sequence) FROM delivery
        WHERE target = NEW.target AND order_key = NEW.order_key AND order_key <> '' AND state = 0);
    END;
    INSERT INTO delivery (id, target, command, operation_id, order_key, created_at, due_at,
        attempts, leading, headers, body)
      VALUES ('d1', 'analytics', 'command', 'op', 'key', ${stored}, ${stored}, 2, 1, '{}', '1'),
        ('d2', 'analytics', 'command', 'op', 'key', ${stored}, ${stored}, 0, 0, '{}', '2');
    INSERT INTO attempt (sequence, number, at, duration, status) VALUES (1, 1, ${stored}, 5, 503);
    PRAGMA user_version = 2;
  `);
  database.close();
}

function ask(path: string, sql: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0];
  } finally {
    database.close();
  }
}

Deno.test("what a file of the first layout holds is there after it is brought up to date", async () => {
  await using file = await outboxFile();
  writeLayout1(file.path, 3);
  const outbox = file.open();
  assertEquals(await outbox.counts(), [{ target: "analytics", waiting: 2, dead: 1 }]);
  assertEquals(await dueAt(outbox, stored), [{
    storeID: 1,
    id: "d1",
    target: "analytics",
    command: "command",
    operationID: "op",
    orderKey: "",
    createdAt: stored,
    headers: { "x-team": "chat" },
    body: '{"a":1}',
    attempts: 0,
    dueAt: stored,
  }]);
  const [, later] = await dueAt(outbox, stored + 5000);
  assertEquals([later?.id, later?.attempts], ["d3", 3]);
});

Deno.test("a file of the first layout becomes the same as a new one", async () => {
  await using old = await outboxFile();
  await using fresh = await outboxFile();
  writeLayout1(old.path, 1);
  await old.open().close();
  await fresh.open().close();
  const schema = "SELECT group_concat(sql, ';' ORDER BY name) FROM sqlite_schema";
  assertEquals(ask(old.path, schema), ask(fresh.path, schema));
  for (const name of ["user_version", "journal_mode", "auto_vacuum"]) {
    assertEquals(ask(old.path, `PRAGMA ${name}`), ask(fresh.path, `PRAGMA ${name}`), name);
  }
});

Deno.test("a dead letter of the first layout keeps its error and gets an end", async () => {
  await using file = await outboxFile();
  writeLayout1(file.path, 3);
  await file.open().close();
  assertEquals(ask(file.path, "SELECT error FROM delivery WHERE state = 1"), "gone");
  assertEquals(ask(file.path, "SELECT ended_at FROM delivery WHERE state = 1"), stored);
});

Deno.test("a file that is half brought up to date stays of its old layout", async () => {
  await using file = await outboxFile();
  writeLayout1(file.path, 2);
  const database = new DatabaseSync(file.path);
  // in the way of a table that the migration makes
  database.exec("CREATE TABLE attempt (mine TEXT)");
  database.close();
  assertThrows(() => file.open(), OutboxFileError, file.path);
  assertEquals(ask(file.path, "PRAGMA user_version"), 1);
  assertEquals(ask(file.path, "SELECT count(dead) FROM delivery"), 2);
});

Deno.test("an operator's command leaves a file of the first layout to the router", async () => {
  await using file = await outboxFile();
  writeLayout1(file.path, 1);
  const { message } = assertThrows(() => openExistingDatabase(file.path), OutboxFileError);
  assertStringIncludes(message, "has layout 1, not 7: start this version of the router once");
  assertEquals(ask(file.path, "PRAGMA user_version"), 1);
});

Deno.test("a thousand deliveries of the first layout are due in their order", async () => {
  await using file = await outboxFile();
  writeLayout1(file.path, 1000);
  const ids = await idsDueAt(file.open(), stored, { limit: 1000 });
  const numbers = ids.map((id) => Number(id.slice(1)));
  assertEquals([ids.length, numbers], [998, numbers.toSorted((one, other) => one - other)]);
});

Deno.test("what a file of the second layout holds is there, and belongs to no trace", async () => {
  await using file = await outboxFile();
  writeLayout2(file.path);
  const outbox = file.open();
  const due = await dueAt(outbox, stored);
  assertEquals(
    due.map(({ id, attempts, orderKey, body, trace }) => [id, attempts, orderKey, body, trace]),
    [["d1", 2, "key", "1", undefined], ["d2", 0, "key", "2", undefined]],
  );
  assertEquals(ask(file.path, "SELECT status FROM attempt WHERE sequence = 1"), 503);
  assertEquals(ask(file.path, "PRAGMA user_version"), 7);
});

Deno.test("a file of the second layout takes deliveries with a trace", async () => {
  await using file = await outboxFile();
  writeLayout2(file.path);
  const outbox = file.open();
  const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  await outbox.append([aDelivery({ id: "d3", trace })]);
  const due = await dueAt(outbox, aDelivery().createdAt);
  assertEquals(due.find(({ id }) => id === "d3")?.trace, trace);
});

Deno.test("a file of the second layout has the columns of a new one", async () => {
  await using old = await outboxFile();
  await using fresh = await outboxFile();
  writeLayout2(old.path);
  await old.open().close();
  await fresh.open().close();
  const columns = "SELECT group_concat(name || ' ' || type || \"notnull\", ', ') " +
    "FROM pragma_table_info('delivery')";
  assertEquals(ask(old.path, columns), ask(fresh.path, columns));
});

Deno.test("behind an upgraded delivery that has arrived the next one of its key comes", async () => {
  await using file = await outboxFile();
  writeLayout2(file.path);
  const outbox = file.open();
  settleAt0(outbox, [{ kind: "dead", storeID: 1, attempts: 3, error: "gone" }]);
  assertEquals(await idsDueAt(outbox, stored), ["d2"]);
});

Deno.test("an operator's command leaves a file of the second layout to the router", async () => {
  await using file = await outboxFile();
  writeLayout2(file.path);
  const { message } = assertThrows(() => openExistingDatabase(file.path), OutboxFileError);
  assertStringIncludes(message, "has layout 2, not 7: start this version of the router once");
  assertEquals(ask(file.path, "PRAGMA user_version"), 2);
});

/** A file that the router wrote when its layout was 5, while it held deliveries back. */
async function layout5(file: OutboxFile): Promise<void> {
  await Deno.copyFile(new URL("./layout_5.sqlite", import.meta.url), file.path);
}

const afterAll = stored + 60_000;

Deno.test("a file of layout 5 loses none of the deliveries that were held back", async () => {
  await using file = await outboxFile();
  await layout5(file);
  const outbox = file.open();
  assertEquals(await outbox.counts(), [
    { target: "analytics", waiting: 10, dead: 1 },
    { target: "audit", waiting: 4, dead: 0 },
  ]);
  const kept = outbox.admin().list({}, 100);
  assertEquals(kept.map(({ storeID, id }) => [storeID, id]), numbered(16));
  assertEquals(kept.filter(({ status }) => status !== "waiting").map(({ id }) => id), ["d1", "d2"]);
  assertEquals(outbox.admin().attempts(3).map(({ status }) => status), [503]);
  assertEquals(ask(file.path, "SELECT count(*) FROM sqlite_schema WHERE name = 'staged'"), 0);
});

Deno.test("a delivery that layout 5 held back keeps its body, headers, key, trace and time", async () => {
  await using file = await outboxFile();
  await layout5(file);
  const kept = file.open().admin().list({}, 100);
  const [key, headed, traced] = [8, 10, 11].map((number) => kept[number - 1]!);
  assertEquals([key!.orderKey, key!.body], [JSON.stringify("a\0b"), '{"n":8}']);
  assertEquals(headed!.headers, { "x-team": "chat" });
  assertEquals(headed!.body, '{"text":"\\u0000 \u{1f600} \u00e9"}');
  assertEquals(traced!.trace, {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: "a=b",
  });
  assertEquals(kept.map(({ createdAt }) => createdAt - stored), kept.map((_, at) => at + 1));
});

Deno.test("deliveries that layout 5 held back are due in the order of storing, behind their key", async () => {
  await using file = await outboxFile();
  await layout5(file);
  const outbox = file.open();
  // d7 has the key of d5 and follows it; d3 waits for a retry until then
  const expected = ["d4", "d5", "d6", "d8", "d9", "d10", "d11", "d14", "d3", "d7"];
  assertEquals(await idsDueAt(outbox, afterAll), expected);
  settleAt0(outbox, [{ kind: "dead", storeID: 5, attempts: 1, error: "gone" }]);
  assertEquals((await idsDueAt(outbox, afterAll)).includes("d7"), true);
  const audit = await outbox.due("audit", afterAll, 10, none);
  assertEquals(audit.map(({ id }) => id), ["d12", "d13", "d15", "d16"]);
});

Deno.test("a number that a held back delivery had is not given again", async () => {
  await using file = await outboxFile();
  await layout5(file);
  const outbox = file.open();
  await outbox.append([aDelivery({ id: "d17" })]);
  assertEquals(outbox.admin().list({ ids: ["d17"] }, 1).map(({ storeID }) => storeID), [17]);
});

Deno.test("what layout 5 held back and nobody can read becomes a dead letter with its text", async () => {
  await using file = await outboxFile();
  await layout5(file);
  const database = new DatabaseSync(file.path);
  database.exec("UPDATE staged SET json = substr(json, 1, 40) WHERE last_sequence = 13");
  database.close();
  const outbox = file.open();
  assertEquals(await outbox.counts(), [
    { target: "analytics", waiting: 10, dead: 1 },
    { target: "audit", waiting: 2, dead: 1 },
  ]);
  const [dead] = outbox.admin().list({ target: "audit", statuses: ["dead"] }, 10);
  assertEquals([dead!.id, dead!.body], ["staged-13", '{"kinds":[{"target":"audit","command":"c']);
  assertStringIncludes(dead!.error!, "2 deliveries");
});

/** Numbers and IDs from 1 on. */
function numbered(count: number): readonly (readonly [number, string])[] {
  return Array.from({ length: count }, (_, at) => [at + 1, `d${at + 1}`] as const);
}
