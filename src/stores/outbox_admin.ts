import type { DatabaseSync } from "node:sqlite";
import type {
  DeliveryFilter,
  DeliveryStatus,
  KeptAttempt,
  KeptDelivery,
  KeptSummary,
} from "../delivery/kept_delivery.ts";
import type { StoreID } from "../delivery/outbox.ts";
import { conditionOf } from "./delivery_filter.ts";
import { deliveryOf, summaryOf } from "./due_deliveries.ts";
import { openExistingDatabase } from "./outbox_database.ts";
import { states } from "./outbox_layout.ts";
import { Removal } from "./removal.ts";
import { inTransaction } from "./transaction.ts";

/** What a part of the outbox was found to hold. */
export interface ScannedPart {
  /** The sequences of those that fit, in the order of storing. */
  readonly found: readonly number[];
  /** The last sequence that was looked at; undefined if there are no more. */
  readonly last: number | undefined;
}

/**
 * The outbox for an operator, in a router or beside one that may be running: it reads, puts back
 * and drops. Every change is short, so that the router's own never waits long.
 */
export class OutboxAdmin {
  readonly #database: DatabaseSync;
  readonly #removal: Removal;
  /** Whether the database was opened here. */
  readonly #own: boolean;

  /**
   * Works with an outbox that is open on this thread, or opens a file that a router has made.
   *
   * @throws {OutboxFileError} when the file is no outbox of this version.
   */
  constructor(outbox: string | DatabaseSync) {
    this.#own = typeof outbox === "string";
    this.#database = typeof outbox === "string" ? openExistingDatabase(outbox) : outbox;
    this.#removal = new Removal(this.#database);
  }

  /** The deliveries in the order of storing, at most `limit`. */
  list(filter: DeliveryFilter, limit: number): readonly KeptDelivery[] {
    const { sql, values } = conditionOf(filter);
    return this.#database
      .prepare(`SELECT * FROM delivery WHERE ${sql} ORDER BY sequence LIMIT ?`)
      .all(...values, limit).map(keptOf);
  }

  /** The numbers of the deliveries in the order of storing. */
  sequences(filter: DeliveryFilter): readonly number[] {
    const { sql, values } = conditionOf(filter);
    return this.#database.prepare(`SELECT sequence FROM delivery WHERE ${sql} ORDER BY sequence`)
      .all(...values).map(({ sequence }) => sequence as number);
  }

  /** The highest sequence; 0 if there is no delivery. */
  lastSequence(): number {
    return this.#database.prepare("SELECT max(sequence) AS last FROM delivery").get()
      ?.last as number ?? 0;
  }

  /**
   * Looks at `rows` deliveries at most, however few of them fit: a filter may have no index. A
   * caller with more to look at lets others work in between.
   */
  scan(
    filter: DeliveryFilter,
    { after, until, rows }: {
      readonly after: number;
      readonly until: number;
      readonly rows: number;
    },
  ): ScannedPart {
    const { sql, values } = conditionOf(filter);
    const part = this.#database.prepare(`
      SELECT json_group_array(sequence) FILTER (WHERE ${sql}) AS found, max(sequence) AS last
      FROM (SELECT sequence, id, target, command, created_at, state FROM delivery
        WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?)`)
      .get(...values, after, until, rows);
    return {
      found: JSON.parse(part?.found as string ?? "[]"),
      last: part?.last as number ?? undefined,
    };
  }

  /** Deliveries by their sequences, in the order of storing, without what they deliver. */
  summaries(sequences: readonly number[]): readonly KeptSummary[] {
    return this.#database.prepare(`
      SELECT sequence, id, target, command, operation_id, order_key, created_at, due_at, attempts,
        state, ended_at, error
      FROM delivery WHERE sequence IN (SELECT value FROM json_each(?)) ORDER BY sequence`)
      .all(JSON.stringify(sequences)).map((row) => ({ ...summaryOf(row), ...stateOf(row) }));
  }

  /** One delivery by its sequence; undefined if there is none. */
  delivery(sequence: number): KeptDelivery | undefined {
    const row = this.#database.prepare("SELECT * FROM delivery WHERE sequence = ?").get(sequence);
    return row && keptOf(row);
  }

  /** Which targets deliveries are for. */
  targets(sequences: readonly number[]): readonly string[] {
    return this.#database.prepare(`
      SELECT DISTINCT target FROM delivery WHERE sequence IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(sequences)).map(({ target }) => target as string);
  }

  /** The attempts at a delivery, the latest last; of very many only the latest are kept. */
  attempts(storeID: StoreID): readonly KeptAttempt[] {
    return this.#database
      .prepare("SELECT * FROM attempt WHERE sequence = ? ORDER BY rowid").all(storeID)
      .map((row) => ({
        number: row.number as number,
        at: row.at as number,
        duration: row.duration as number,
        status: row.status as number ?? undefined,
        error: row.error as string ?? undefined,
        answer: row.answer as string ?? undefined,
      }));
  }

  /**
   * Makes deliveries due at a time, whatever they were, with all their attempts before them. They
   * are sent in the order of storing, and keep their IDs. Returns how many there were.
   */
  putBack(ids: readonly StoreID[], dueAt: number): number {
    return inTransaction(this.#database, () =>
      Number(
        this.#database.prepare(`
          UPDATE delivery SET state = ${states.waiting}, attempts = 0, due_at = ?, ended_at = NULL
          WHERE sequence IN (SELECT value FROM json_each(?))`)
          .run(dueAt, JSON.stringify(ids)).changes,
      ));
  }

  /** Deletes deliveries for good; returns how many there were. */
  drop(ids: readonly StoreID[]): number {
    return inTransaction(this.#database, () => this.#removal.remove(ids));
  }

  [Symbol.dispose](): void {
    if (this.#own) this.#database.close();
  }
}

const names = Object.fromEntries(
  Object.entries(states).map(([name, state]) => [state, name as DeliveryStatus]),
);

function keptOf(row: Record<string, unknown>): KeptDelivery {
  return { ...deliveryOf(row), ...stateOf(row) };
}

function stateOf(
  row: Record<string, unknown>,
): Pick<KeptDelivery, "status" | "endedAt" | "error"> {
  return {
    status: names[row.state as number]!,
    endedAt: row.ended_at as number ?? undefined,
    error: row.error as string ?? undefined,
  };
}
