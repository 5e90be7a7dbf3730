import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type {
  Durability,
  OldestWaiting,
  Outbox,
  OutboxCount,
  Settlement,
  StoredDelivery,
} from "../delivery/outbox.ts";

/** How long another opener of the file is waited for, milliseconds. */
const lockTimeout = 5000;

/** The layout of the file, as `PRAGMA user_version` counts it. */
const layoutVersion = 1;

// without AUTOINCREMENT, whose own table would be one more page to write for every commit: a
// number is only taken again when its delivery is settled and nobody holds it any more
const layout = `
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
  PRAGMA user_version = ${layoutVersion};
`;

/** A store file that cannot be used as it is. */
export class OutboxFileError extends Error {
  override readonly name = "OutboxFileError";
}

/** The outbox in a SQLite file. Its calls block the thread they run on. */
export class SqliteOutbox implements Outbox {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  /**
   * Opens the file, or makes it.
   *
   * @throws {OutboxFileError} when it cannot be opened, is no outbox or is of another layout; the
   * file is then as it was.
   */
  constructor(path: string, durability: Durability) {
    const database = openDatabase(path);
    try {
      prepareLayout(database, path);
      writeAhead(database);
      database.exec(`PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
      this.#statements = prepare(database);
    } catch (cause) {
      database.close();
      throw cause instanceof OutboxFileError ? cause : unusable(path, cause);
    }
    this.#database = database;
  }

  // deno-lint-ignore require-await -- the interface is for stores that do wait
  async append(deliveries: readonly NewDelivery[]): Promise<void> {
    const { insert } = this.#statements;
    this.#transaction(() => {
      for (const { id, target, command, operationID, createdAt, headers, body } of deliveries) {
        const headerText = JSON.stringify(headers);
        insert.run(id, target, command, operationID, createdAt, headerText, body, createdAt);
      }
    });
  }

  // deno-lint-ignore require-await -- as above
  async due(
    target: string,
    now: number,
    limit: number,
    held: ReadonlySet<number>,
  ): Promise<readonly StoredDelivery[]> {
    // held deliveries are due as well, so as many more are read
    const rows = this.#statements.due.all(target, now, limit + held.size);
    const free = rows.filter(({ sequence }) => !held.has(sequence as number));
    return free.slice(0, limit).map(deliveryOf);
  }

  // deno-lint-ignore require-await -- as above
  async nextDue(target: string, held: ReadonlySet<number>): Promise<number | undefined> {
    const rows = this.#statements.nextDue.all(target, held.size + 1);
    const next = rows.find(({ sequence }) => !held.has(sequence as number));
    return next?.due_at as number | undefined;
  }

  // deno-lint-ignore require-await -- as above
  async settle(settlements: readonly Settlement[]): Promise<void> {
    const { delivered, retry, dead } = this.#statements;
    this.#transaction(() => {
      for (const settlement of settlements) {
        const { sequence } = settlement;
        if (settlement.kind === "delivered") delivered.run(sequence);
        else if (settlement.kind === "dead") {
          dead.run(settlement.attempts, settlement.error, sequence);
        } else retry.run(settlement.attempts, settlement.dueAt, settlement.error, sequence);
      }
    });
  }

  // deno-lint-ignore require-await -- as above
  async counts(): Promise<readonly OutboxCount[]> {
    return this.#statements.counts.all().map(({ target, waiting, dead }) => ({
      target: target as string,
      waiting: waiting as number,
      dead: dead as number,
    }));
  }

  // deno-lint-ignore require-await -- as above
  async oldest(): Promise<readonly OldestWaiting[]> {
    return this.#statements.oldest.all().map(({ target, created_at: createdAt }) => ({
      target: target as string,
      createdAt: createdAt as number,
    }));
  }

  // deno-lint-ignore require-await -- as above
  async probe(): Promise<void> {
    this.#transaction(() => {
      // SQLite writes the page and syncs it, although it comes to be what it was
      const version = this.#statements.version.get()?.user_version as number;
      this.#database.exec(`PRAGMA user_version = ${version}`);
    });
  }

  // deno-lint-ignore require-await -- as above
  async close(): Promise<void> {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    inTransaction(this.#database, work);
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: lockTimeout });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): OutboxFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OutboxFileError(`the outbox ${path} cannot be opened: ${reason}`, { cause });
}

/** Looks at the file and makes its tables in one transaction: another router may open it too. */
function prepareLayout(database: DatabaseSync, path: string): void {
  inTransaction(database, () => {
    const version = database.prepare("PRAGMA user_version").get()?.user_version;
    const names = database.prepare("SELECT name FROM sqlite_schema").all().map(({ name }) => name);
    if (names.length === 0 && version === 0) return database.exec(layout);
    if (version === 0 || !names.includes("delivery")) {
      throw new OutboxFileError(
        `${path} is not an outbox but a database of something else: name another file`,
      );
    }
    if (version !== layoutVersion) {
      throw new OutboxFileError(
        `the outbox ${path} has layout ${version}, this router knows ${layoutVersion}: ` +
          "run the version that wrote it, or name another file",
      );
    }
  });
}

/**
 * Sets the file up for readers beside its writer. Where another opener does so at the same moment,
 * SQLite fails at once instead of waiting, so it is tried again.
 */
function writeAhead(database: DatabaseSync): void {
  const deadline = performance.now() + lockTimeout;
  const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (;;) {
    try {
      return database.exec("PRAGMA journal_mode = WAL");
    } catch (error) {
      if (performance.now() > deadline) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    version: statement("PRAGMA user_version"),
    insert: statement(`
      INSERT INTO delivery (id, target, command, operation_id, created_at, headers, body, due_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    due: statement(`
      SELECT * FROM delivery WHERE dead = 0 AND target = ? AND due_at <= ?
      ORDER BY due_at, sequence LIMIT ?`),
    nextDue: statement(`
      SELECT sequence, due_at FROM delivery WHERE dead = 0 AND target = ?
      ORDER BY due_at, sequence LIMIT ?`),
    delivered: statement("DELETE FROM delivery WHERE sequence = ?"),
    retry: statement(
      "UPDATE delivery SET attempts = ?, due_at = ?, error = ? WHERE sequence = ?",
    ),
    dead: statement("UPDATE delivery SET dead = 1, attempts = ?, error = ? WHERE sequence = ?"),
    counts: statement(`
      SELECT target, sum(dead = 0) AS waiting, sum(dead = 1) AS dead
      FROM delivery GROUP BY target ORDER BY target`),
    oldest: statement(`
      SELECT target, min(created_at) AS created_at
      FROM delivery WHERE dead = 0 GROUP BY target ORDER BY target`),
  };
}

function deliveryOf(row: Record<string, unknown>): StoredDelivery {
  return {
    sequence: row.sequence as number,
    id: row.id as string,
    target: row.target as string,
    command: row.command as string,
    operationID: row.operation_id as string,
    orderKey: "",
    createdAt: row.created_at as number,
    headers: JSON.parse(row.headers as string),
    body: row.body as string,
    attempts: row.attempts as number,
  };
}
