import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openOutboxDatabase } from "../../src/stores/outbox_database.ts";
import { inTransaction, inUnsyncedTransaction } from "../../src/stores/transaction.ts";
import { outboxFile } from "./outbox_file.ts";

/** What `PRAGMA synchronous` says: a sync for no commit, or for each. */
const levels = { none: 1, each: 2 } as const;

const syncOf = (database: DatabaseSync) =>
  database.prepare("PRAGMA synchronous").get()?.synchronous;

for (const [durability, level] of [["full", levels.each], ["process", levels.none]] as const) {
  Deno.test(`durability ${durability} syncs ${level === 2 ? "each" : "no"} commit`, async () => {
    await using file = await outboxFile();
    using database = openOutboxDatabase(file.path, durability);
    assertEquals(inTransaction(database, () => syncOf(database)), level);
  });

  Deno.test(`work that nobody waits for is not synced, what follows is as ${durability} says`, async () => {
    await using file = await outboxFile();
    using database = openOutboxDatabase(file.path, durability);
    const within = inUnsyncedTransaction(database, durability, () => syncOf(database));
    assertEquals([within, syncOf(database)], [levels.none, level]);
  });
}

Deno.test("what follows is synced also where the work that nobody waits for has failed", async () => {
  await using file = await outboxFile();
  using database = openOutboxDatabase(file.path, "full");
  assertThrows(() =>
    inUnsyncedTransaction(database, "full", () => {
      database.exec("DELETE FROM attempt");
      throw new RangeError("no more");
    }), RangeError);
  assertEquals([syncOf(database), database.isTransaction], [levels.each, false]);
});
