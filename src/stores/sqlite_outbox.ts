import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type {
  AttemptResult,
  Durability,
  OldestWaiting,
  Outbox,
  OutboxCount,
  Retention,
  StoredDelivery,
} from "../delivery/outbox.ts";
import { DeliveryInsertion } from "./delivery_insertion.ts";
import { DueDeliveries } from "./due_deliveries.ts";
import { copyOutbox, type OutboxCopy } from "./outbox_copy.ts";
import { checkIntact, openOutboxDatabase } from "./outbox_database.ts";
import { OutboxAdmin } from "./outbox_admin.ts";
import { states } from "./outbox_layout.ts";
import { type PrunedCount, Pruning } from "./pruning.ts";
import { Removal } from "./removal.ts";
import { inTransaction, inUnsyncedTransaction } from "./transaction.ts";

/** How much of an attempt's answer, and of its error, is kept for the operator, characters. */
const keptText = 2048;

/** How much of the file may be empty, whatever it holds: 4 MiB in pages. */
const keptPages = 1024;

/** What a writer of the file may choose. */
export interface OutboxOptions {
  /** Whether delivered deliveries stay in the file; else they are deleted at once. */
  readonly keepDelivered?: boolean;
  /** Wall time, epoch milliseconds. */
  readonly now?: () => number;
  /** The highest number that was given before, by another file of the same router. */
  readonly after?: number;
}

/** The outbox in a SQLite file. Its calls block the thread they run on. */
export class SqliteOutbox implements Outbox {
  readonly #path: string;
  readonly #durability: Durability;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #due: DueDeliveries;
  readonly #insertion: DeliveryInsertion;
  readonly #removal: Removal;
  readonly #pruning: Pruning;
  readonly #keepDelivered: boolean;
  readonly #now: () => number;
  /**
   * The highest number given so far. None is given twice while this runs: what the courier holds
   * may be dropped by an operator, and must not be taken for another delivery afterwards.
   */
  #lastSequence = 0;

  /**
   * Opens the file, or makes it.
   *
   * @throws {OutboxFileError} when it cannot be opened, is no outbox or is of a newer layout; the
   * file is then as it was.
   */
  constructor(
    path: string,
    durability: Durability,
    { keepDelivered = false, now = Date.now, after = 0 }: OutboxOptions = {},
  ) {
    this.#path = path;
    this.#durability = durability;
    this.#database = openOutboxDatabase(path, durability);
    this.#statements = prepare(this.#database);
    this.#due = new DueDeliveries(this.#database);
    this.#insertion = new DeliveryInsertion(this.#database, now);
    this.#removal = new Removal(this.#database);
    this.#pruning = new Pruning(this.#database, this.#removal);
    this.#keepDelivered = keepDelivered;
    this.#now = now;
    this.#lastSequence = after;
  }

  /**
   * Copies all that it holds into a new file, numbers included. Where a part cannot be read, the
   * rest is copied.
   *
   * @throws {OutboxFileError} where the new file cannot be written.
   */
  copyTo(path: string): OutboxCopy {
    return copyOutbox(this.#database, path);
  }

  /** The highest sequence given so far; of a file that cannot be read any more, by this object. */
  get lastSequence(): number {
    try {
      return this.#last();
    } catch {
      return this.#lastSequence;
    }
  }

  /** The same outbox for an operator, over the same connection. */
  admin(): OutboxAdmin {
    return new OutboxAdmin(this.#database);
  }

  /**
   * Deletes ended deliveries that are kept too long or are too many, the oldest first; returns how
   * many. It deletes few at a time: a caller with more to delete lets others write in between.
   */
  prune(retention: Retention, now: number, limit: number): PrunedCount {
    return inTransaction(this.#database, () => this.#pruning.prune(retention, now, limit));
  }

  /**
   * Gives pages back to the file system where a good part of the file is empty; the rest is kept
   * for the deliveries to come. Returns whether there is more to give back.
   */
  shrink(pages: number): boolean {
    const { emptyPages, allPages } = this.#statements;
    const spare = () => {
      const empty = emptyPages.get()?.freelist_count as number;
      return empty - Math.max(keptPages, (allPages.get()?.page_count as number) / 4);
    };
    const before = spare();
    if (before <= 0) return false;
    this.#database.exec(`PRAGMA incremental_vacuum(${pages})`);
    const after = spare();
    // a file that was made shrinkable in vain stays as it is
    return after > 0 && after < before;
  }

  /**
   * Reads the whole file.
   *
   * @throws {OutboxFileError} when a part of it is damaged.
   */
  checkIntact(): void {
    checkIntact(this.#database, this.#path);
  }

  // deno-lint-ignore require-await -- the interface is for stores that do wait
  async append(deliveries: readonly NewDelivery[]): Promise<void> {
    inTransaction(this.#database, () => {
      const last = this.#last();
      this.#insertion.insert(deliveries, last + 1);
      this.#lastSequence = last + deliveries.length;
    });
  }

  // deno-lint-ignore require-await -- as above
  async due(
    target: string,
    now: number,
    limit: number,
    held: ReadonlySet<number>,
  ): Promise<readonly StoredDelivery[]> {
    return this.#due.read(target, now, limit, held);
  }

  // deno-lint-ignore require-await -- as above
  async nextDue(target: string, held: ReadonlySet<number>): Promise<number | undefined> {
    return this.#due.next(target, held);
  }

  // deno-lint-ignore require-await -- as above
  async settle(results: readonly AttemptResult[]): Promise<void> {
    inUnsyncedTransaction(this.#database, this.#durability, () => {
      const delivered: number[] = [];
      for (const result of results) {
        if (result.kind === "delivered" && !this.#keepDelivered) {
          delivered.push(result.sequence);
        } else this.#settle(result);
      }
      if (delivered.length > 0) this.#removal.remove(delivered);
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

  /** Moves the times at which deliveries are due: the machine's clock was set by so much. */
  // deno-lint-ignore require-await -- as above
  async moveDue(by: number): Promise<void> {
    inTransaction(this.#database, () => this.#statements.moveDue.run(by));
  }

  // deno-lint-ignore require-await -- as above
  async probe(): Promise<void> {
    inTransaction(this.#database, () => {
      // SQLite writes the page and syncs it, although it comes to be what it was
      const version = this.#statements.version.get()?.user_version as number;
      this.#database.exec(`PRAGMA user_version = ${version}`);
    });
  }

  // deno-lint-ignore require-await -- as above
  async close(): Promise<void> {
    this.#database.close();
  }

  /** The highest sequence so far. */
  #last(): number {
    const queued = this.#statements.lastSequence.get()?.last as number | null ?? 0;
    return Math.max(this.#lastSequence, queued);
  }

  #settle(result: AttemptResult): void {
    const { attempt, delivered, retry, dead } = this.#statements;
    const { kind, sequence, attempt: record } = result;
    if (record !== undefined) {
      const { at, duration, status, error, answer } = record;
      attempt.run(
        ...[Math.round(at), Math.round(duration), status ?? null],
        ...[cut(error), cut(answer), sequence],
      );
    }
    if (kind === "delivered") delivered.run(this.#now(), sequence);
    else if (kind === "retry") {
      retry.run(result.attempts, result.dueAt, result.error, sequence);
    } else dead.run(result.attempts, this.#now(), result.error, sequence);
  }
}

/** What `node:sqlite` reads back of a text ends at a NUL. */
function cut(text: string | undefined): string | null {
  return text?.slice(0, keptText).replaceAll("\0", "\ufffd") ?? null;
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    version: statement("PRAGMA user_version"),
    moveDue: statement(`UPDATE delivery SET due_at = due_at + ? WHERE state = ${states.waiting}`),
    emptyPages: statement("PRAGMA freelist_count"),
    allPages: statement("PRAGMA page_count"),
    lastSequence: statement("SELECT max(sequence) AS last FROM delivery"),
    attempt: statement(`
      INSERT INTO attempt (sequence, number, at, duration, status, error, answer)
      SELECT sequence, attempts + 1, ?, ?, ?, ?, ? FROM delivery WHERE sequence = ?`),
    delivered: statement(`
      UPDATE delivery SET state = ${states.delivered}, attempts = attempts + 1, ended_at = ?,
        error = NULL
      WHERE sequence = ?`),
    retry: statement(
      "UPDATE delivery SET attempts = ?, due_at = ?, error = ? WHERE sequence = ?",
    ),
    dead: statement(`
      UPDATE delivery SET state = ${states.dead}, attempts = ?, ended_at = ?, error = ?
      WHERE sequence = ?`),
    counts: statement(`
      SELECT target, sum(state = ${states.waiting}) AS waiting, sum(state = ${states.dead}) AS dead
      FROM delivery WHERE state <> ${states.delivered} GROUP BY target ORDER BY target`),
    oldest: statement(`
      SELECT target, min(created_at) AS created_at FROM delivery
      WHERE state = ${states.waiting} GROUP BY target ORDER BY target`),
  };
}
