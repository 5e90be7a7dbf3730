import type { DatabaseSync } from "node:sqlite";
import type { Durability } from "../delivery/outbox.ts";

/** Does work all or not at all; another process's transaction is waited for before it begins. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  // prepared, as all that may fail by the disk: `exec` does not tell the number of the error
  database.prepare("BEGIN IMMEDIATE").run();
  try {
    const result = work();
    database.prepare("COMMIT").run();
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Does work that nobody waits for: the next transaction that is synced takes it along to the disk.
 * What a crash of the machine takes of it before, is as if it had never been done; the transactions
 * before it stay, and none after it stays without it.
 */
export function inUnsyncedTransaction<Result>(
  database: DatabaseSync,
  durability: Durability,
  work: () => Result,
): Result {
  if (durability === "process") return inTransaction(database, work);
  database.exec("PRAGMA synchronous = NORMAL");
  try {
    return inTransaction(database, work);
  } finally {
    database.exec("PRAGMA synchronous = FULL");
  }
}
