import { DatabaseSync } from "node:sqlite";
import type { Durability } from "../delivery/outbox.ts";
import { layoutOf, prepareLayout } from "./outbox_layout.ts";
import { damaged, OutboxFileError, unusable } from "./outbox_file_error.ts";
import { inTransaction } from "./transaction.ts";

/** How long another opener of the file is waited for, milliseconds. */
const lockTimeout = 5000;

/** What the write-ahead log is cut to when a burst is over, bytes. */
const logLimit = 8 * 2 ** 20;

/**
 * Opens an outbox's file, or makes it.
 *
 * @throws {OutboxFileError} when it cannot be opened, is no outbox or is of a newer layout; the file
 * is then as it was.
 */
export function openOutboxDatabase(path: string, durability: Durability): DatabaseSync {
  const database = openFile(path);
  try {
    shrinkable(database);
    const before = inTransaction(database, () => prepareLayout(database, path));
    writeAhead(database);
    database.exec(`
      PRAGMA journal_size_limit = ${logLimit};
      PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
    `);
    if (before === 1) makeShrinkable(database);
    return database;
  } catch (cause) {
    const error = cause instanceof OutboxFileError
      ? cause
      : unusable(path, numbered(cause, database));
    database.close();
    throw error;
  }
}

/**
 * The error with SQLite's number, which shows that a disk is full. An error of many statements at once
 * lacks it, so one is tried alone.
 */
function numbered(cause: unknown, database: DatabaseSync): unknown {
  if (cause instanceof Error && "errcode" in cause) return cause;
  try {
    inTransaction(database, () => {
      const version = database.prepare("PRAGMA user_version").get()?.user_version as number;
      database.exec(`PRAGMA user_version = ${version}`);
    });
    return cause;
  } catch (error) {
    return error;
  }
}

/**
 * Opens the file of an outbox that is there already, perhaps of a router that runs: it is neither
 * made nor brought to this layout.
 *
 * @throws {OutboxFileError} as {@link openOutboxDatabase}, and for an older layout.
 */
export function openExistingDatabase(path: string): DatabaseSync {
  const database = openFile(path);
  try {
    prepareLayout(database, path, { change: false });
    return database;
  } catch (cause) {
    database.close();
    throw cause instanceof OutboxFileError ? cause : unusable(path, cause);
  }
}

/**
 * Looks whether {@link openOutboxDatabase} could open a file that is there, and whether all of it
 * is whole. What it holds stays as it is, an older layout included.
 *
 * @throws {OutboxFileError} as {@link openOutboxDatabase}, and for a damaged file.
 */
export function checkOutboxDatabase(path: string): void {
  const database = openFile(path);
  try {
    // taking the lock of a writer fails if the file cannot be written
    inTransaction(database, () => layoutOf(database, path));
    checkIntact(database, path);
  } catch (cause) {
    throw cause instanceof OutboxFileError ? cause : unusable(path, cause);
  } finally {
    database.close();
  }
}

/**
 * Reads the whole file; 200 MB take about a tenth of a second when the machine has it in memory.
 *
 * @throws {OutboxFileError} when a part of it is damaged.
 */
export function checkIntact(database: DatabaseSync, path: string): void {
  const [found] = query(database, "PRAGMA quick_check(1)", path);
  if (found !== "ok") throw damaged(path, String(found));
}

function query(database: DatabaseSync, sql: string, path: string): unknown[] {
  try {
    return database.prepare(sql).all().flatMap((row) => Object.values(row));
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function openFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: lockTimeout });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** Lets a new file give pages back; for one that has pages already it would be too late. */
function shrinkable(database: DatabaseSync): void {
  const pages = database.prepare("PRAGMA page_count").get()?.page_count;
  if (pages === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
}

/** Writes a file of the first layout anew, which could not give pages back. */
function makeShrinkable(database: DatabaseSync): void {
  try {
    database.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  } catch {
    // there was no room for a second copy: the file keeps its size and its free pages are reused
  }
}

/**
 * Sets the file up for readers beside its writer. If another opener does so at the same moment,
 * SQLite fails at once instead of waiting, so it is tried again.
 */
function writeAhead(database: DatabaseSync): void {
  const deadline = performance.now() + lockTimeout;
  const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (;;) {
    try {
      return void database.prepare("PRAGMA journal_mode = WAL").get();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}
