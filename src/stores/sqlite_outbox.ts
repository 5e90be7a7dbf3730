import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type {
  Durability,
  Outbox,
  OutboxCount,
  Settlement,
  StoredDelivery,
} from "../delivery/outbox.ts";

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
   * @throws {OutboxFileError} when it cannot be opened or is of a newer layout.
   */
  constructor(path: string, durability: Durability) {
    try {
      this.#database = new DatabaseSync(path);
      this.#database.exec(`
        PRAGMA busy_timeout = 5000;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
      `);
      this.#prepareLayout(path);
      this.#statements = prepare(this.#database);
    } catch (cause) {
      if (cause instanceof OutboxFileError) throw cause;
      throw new OutboxFileError(
        `the outbox ${path} cannot be opened: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }

  #prepareLayout(path: string): void {
    const row = this.#database.prepare("PRAGMA user_version").get();
    const version = Number(row?.user_version ?? 0);
    if (version === 0) this.#transaction(() => this.#database.exec(layout));
    else if (version !== layoutVersion) {
      throw new OutboxFileError(
        `the outbox ${path} has layout ${version}, this router knows ${layoutVersion}: ` +
          "run the version that wrote it, or name another file",
      );
    }
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
  async close(): Promise<void> {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
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
  };
}

function deliveryOf(row: Record<string, unknown>): StoredDelivery {
  return {
    sequence: row.sequence as number,
    id: row.id as string,
    target: row.target as string,
    command: row.command as string,
    operationID: row.operation_id as string,
    createdAt: row.created_at as number,
    headers: JSON.parse(row.headers as string),
    body: row.body as string,
    attempts: row.attempts as number,
  };
}
