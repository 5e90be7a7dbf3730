import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Durability } from "../delivery/outbox.ts";

/** Does work all or not at all; another process's transaction is waited for before it begins. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
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

/** A part of a transaction that can fail by itself. */
export class Savepoint {
  readonly #begin: StatementSync;
  readonly #undo: StatementSync;
  readonly #end: StatementSync;

  constructor(database: DatabaseSync) {
    this.#begin = database.prepare("SAVEPOINT part");
    this.#undo = database.prepare("ROLLBACK TO part");
    this.#end = database.prepare("RELEASE part");
  }

  /**
   * Does work within a transaction, all or not at all; returns whether it was done. An error that is
   * not expected is the whole transaction's, and thrown.
   */
  within(work: () => void, isExpected: (error: unknown) => boolean): boolean {
    this.#begin.run();
    try {
      work();
      this.#end.run();
      return true;
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.#undo.run();
      this.#end.run();
      return false;
    }
  }
}
