import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { dueAt, idsDueAt, outboxFile, settleAt0 } from "./outbox_file.ts";

const stored = 1_754_300_000_000;

/** Asks the file itself, as an operator with the sqlite3 tool does. */
function pragma(path: string, name: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(`PRAGMA ${name}`).get()?.[name];
  } finally {
    database.close();
  }
}

function setLayoutVersion(path: string, version: number): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}

for (const durability of ["full", "process"] as const) {
  Deno.test(`what was appended with durability ${durability} is there in the next run`, async () => {
    await using file = await outboxFile();
    const before = new SqliteOutbox(file.path, durability);
    await before.append([aDelivery()]);
    await before.close();
    assertEquals(await idsDueAt(file.open(), stored), ["delivery-1"]);
  });
}

Deno.test("attempts and dead letters are there in the next run", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append(deliveries(2));
  const [one, two] = await dueAt(before, stored);
  settleAt0(before, [
    { kind: "dead", storeID: one!.storeID, attempts: 5, error: "gone" },
    { kind: "retry", storeID: two!.storeID, attempts: 2, retryIn: stored + 1, error: "503" },
  ]);
  await before.close();
  const after = file.open();
  assertEquals(await after.counts(), [{ target: "analytics", waiting: 1, dead: 1 }]);
  assertEquals((await dueAt(after, stored + 1)).map(({ attempts }) => attempts), [2]);
});

Deno.test("two outboxes on one file see each other's deliveries", async () => {
  await using file = await outboxFile();
  const [one, other] = [file.open(), file.open()];
  await one.append([aDelivery({ id: "from one" })]);
  await other.append([aDelivery({ id: "from other" })]);
  assertEquals(await idsDueAt(one, stored), ["from one", "from other"]);
});

Deno.test("what one of two outboxes settled is settled for the other", async () => {
  await using file = await outboxFile();
  const [one, other] = [file.open(), file.open()];
  await one.append([aDelivery()]);
  const [due] = await dueAt(one, stored);
  settleAt0(one, [{ kind: "delivered", storeID: due!.storeID }]);
  assertEquals(await other.counts(), []);
});

Deno.test("an append that was not finished is not seen by another outbox", async () => {
  await using file = await outboxFile();
  const [one, other] = [file.open(), file.open()];
  assertThrows(() => one.append([aDelivery(), aDelivery({ createdAt: 0.5 })]));
  assertEquals(await other.counts(), []);
});

Deno.test("the file is a write-ahead log's, so that readers do not stop the writer", async () => {
  await using file = await outboxFile();
  file.open();
  assertEquals(pragma(file.path, "journal_mode"), "wal");
});

Deno.test("a file of a newer layout is refused with both versions and a remedy", async () => {
  await using file = await outboxFile();
  await file.open().close();
  const version = Number(pragma(file.path, "user_version"));
  setLayoutVersion(file.path, version + 1);
  const { message } = assertThrows(() => file.open(), OutboxFileError);
  for (const part of [file.path, `layout ${version + 1}`, `knows ${version}`, "another file"]) {
    assertStringIncludes(message, part);
  }
});

Deno.test("a file of a newer layout is left as it is", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append([aDelivery()]);
  await before.close();
  const version = Number(pragma(file.path, "user_version"));
  setLayoutVersion(file.path, version + 1);
  assertThrows(() => file.open(), OutboxFileError);
  assertEquals(pragma(file.path, "user_version"), version + 1);
  setLayoutVersion(file.path, version);
  assertEquals(await idsDueAt(file.open(), stored), ["delivery-1"]);
});

Deno.test("a file that is no database is refused with its path and left as it is", async () => {
  await using folder = await tempFolder();
  const text = "deliveries of mine, kept by hand\n".repeat(200);
  const path = await folder.write("outbox.db", text);
  const { message, cause } = assertThrows(() => new SqliteOutbox(path, "full"), OutboxFileError);
  assertStringIncludes(message, path);
  assertStringIncludes(message, "not a database");
  assertEquals(cause instanceof Error, true);
  assertEquals(await Deno.readTextFile(path), text);
});

Deno.test("a database whose first page is destroyed is refused and left as it is", async () => {
  await using file = await outboxFile();
  const before = file.open();
  await before.append([aDelivery()]);
  await before.close();
  const bytes = await Deno.readFile(file.path);
  bytes.fill(0xff, 0, 100);
  await Deno.writeFile(file.path, bytes);
  assertThrows(() => file.open(), OutboxFileError, file.path);
  assertEquals(await Deno.readFile(file.path), bytes);
});

Deno.test("a folder that is not there is refused with the file's path", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "missing", "outbox.db");
  assertThrows(() => new SqliteOutbox(path, "full"), OutboxFileError, path);
});

Deno.test("a folder in the file's place is refused with its path", async () => {
  await using folder = await tempFolder();
  assertThrows(() => new SqliteOutbox(folder.path, "full"), OutboxFileError, folder.path);
});

Deno.test("a closed outbox takes no more deliveries", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.close();
  assertThrows(() => outbox.append([aDelivery()]));
});

Deno.test("a closed outbox has folded its write-ahead log into the file", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([aDelivery()]);
  await outbox.close();
  await assertRejects(() => Deno.stat(`${file.path}-wal`), Deno.errors.NotFound);
});
