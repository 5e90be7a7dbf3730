import type { DatabaseSync } from "node:sqlite";
import type { Durability } from "../delivery/outbox.ts";

/** Does all of the work or none of it, after the transactions of other processes. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  // prepared, like all that the disk may fail: an error of `exec` lacks the number
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
 * Does work that nobody waits for: it reaches the disk with the next transaction that is synced. If the
 * machine crashes before, the work is undone; the transactions before it stay, and none after it
 * stays without it.
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
