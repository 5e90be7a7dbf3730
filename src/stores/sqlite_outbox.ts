import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type {
  AttemptResult,
  Durability,
  OldestWaiting,
  OutboxCount,
  Retention,
  StoredDelivery,
  StoreID,
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

/** An outbox in a SQLite file. Its calls block the thread that they run on. */
export class SqliteOutbox {
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
   * The highest number given so far. None is given twice while this runs: an operator may drop
   * what the courier holds, and that must not be taken for another delivery afterwards.
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
   * Copies all that it holds into a new file, numbers included. If a part cannot be read, the
   * rest is copied.
   *
   * @throws {OutboxFileError} if the new file cannot be written.
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
   * Gives pages back to the file system if a good part of the file is empty; the rest is kept for
   * later deliveries. Returns whether there is more to give back.
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

  /** Stores deliveries in one transaction; returns those that no earlier one of their key holds up. */
  append(deliveries: readonly NewDelivery[]): readonly StoredDelivery[] {
    return inTransaction(this.#database, () => {
      const last = this.#last();
      const leading = this.#insertion.insert(deliveries, last + 1);
      this.#lastSequence = last + deliveries.length;
      return leading;
    });
  }

  /** The oldest deliveries that are due at a time, but for some; see `Outbox.claim`. */
  due(
    target: string,
    now: number,
    limit: number,
    but: ReadonlySet<StoreID>,
  ): readonly StoredDelivery[] {
    return this.#due.read(target, now, limit, but);
  }

  /** When the next delivery of a target is due, but for some; undefined if none waits. */
  nextDue(target: string, but: ReadonlySet<StoreID>): number | undefined {
    return this.#due.next(target, but);
  }

  /** Writes down what became of attempts, in one transaction; retries are due from `now` on. */
  settle(results: readonly AttemptResult[], now: number): void {
    inUnsyncedTransaction(this.#database, this.#durability, () => {
      const delivered: StoreID[] = [];
      for (const result of results) {
        if (result.kind === "delivered" && !this.#keepDelivered) {
          delivered.push(result.storeID);
        } else this.#settle(result, now);
      }
      if (delivered.length > 0) this.#removal.remove(delivered);
    });
  }

  /** How many deliveries wait and how many are dead letters, per target. */
  counts(): readonly OutboxCount[] {
    return this.#statements.counts.all().map(({ target, waiting, dead }) => ({
      target: target as string,
      waiting: waiting as number,
      dead: dead as number,
    }));
  }

  /** The first stored delivery that waits, per target that any waits for. */
  oldest(): readonly OldestWaiting[] {
    return this.#statements.oldest.all().map(({ target, created_at: createdAt }) => ({
      target: target as string,
      createdAt: createdAt as number,
    }));
  }

  /** Moves the times at which deliveries are due: the machine's clock was set by so much. */
  moveDue(by: number): void {
    inTransaction(this.#database, () => this.#statements.moveDue.run(by));
  }

  /** Writes to the file without changing what it holds. */
  probe(): void {
    inTransaction(this.#database, () => {
      // SQLite writes the page and syncs it, although nothing in it changes
      const version = this.#statements.version.get()?.user_version as number;
      this.#database.exec(`PRAGMA user_version = ${version}`);
    });
  }

  close(): void {
    this.#database.close();
  }

  /** The highest sequence so far. */
  #last(): number {
    const queued = this.#statements.lastSequence.get()?.last as number | null ?? 0;
    return Math.max(this.#lastSequence, queued);
  }

  #settle(result: AttemptResult, now: number): void {
    const { attempt, delivered, retry, dead } = this.#statements;
    const { kind, storeID, attempt: record } = result;
    if (record !== undefined) {
      const { at, duration, status, error, answer } = record;
      attempt.run(
        Math.round(at),
        Math.round(duration),
        status ?? null,
        cut(error),
        cut(answer),
        storeID,
      );
    }
    if (kind === "delivered") delivered.run(this.#now(), storeID);
    else if (kind === "retry") {
      retry.run(result.attempts, Math.round(now + result.retryIn), result.error, storeID);
    } else dead.run(result.attempts, this.#now(), result.error, storeID);
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
    // these read the indexes alone, however many wait. Of each key one delivery is leading, so that
    // the second part counts those behind it
    counts: statement(`
      SELECT target, sum(waiting) AS waiting, sum(dead) AS dead FROM (
        SELECT target, count(*) AS waiting, 0 AS dead FROM delivery
        WHERE state = 0 AND leading = 1 GROUP BY target
        UNION ALL
        SELECT target, count(*) - count(DISTINCT order_key), 0 FROM delivery
        WHERE state = 0 AND order_key <> '' GROUP BY target
        UNION ALL
        SELECT target, 0, count(*) FROM delivery
        WHERE state = ${states.dead} AND state <> 0 GROUP BY target)
      GROUP BY target ORDER BY target`),
    // the oldest is leading: nothing is before it in its key
    oldest: statement(`
      SELECT target, (SELECT created_at FROM delivery WHERE sequence = first) AS created_at
      FROM (SELECT target, min(sequence) AS first FROM delivery
        WHERE state = 0 AND leading = 1 GROUP BY target)
      ORDER BY target`),
  };
}
