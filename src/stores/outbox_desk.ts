import type { DatabaseSync } from "node:sqlite";
import type { AttemptRecord, StoredDelivery } from "../delivery/outbox.ts";
import { conditionOf, type DeliveryFilter, type DeliveryStatus } from "./delivery_filter.ts";
import { deliveryOf } from "./due_deliveries.ts";
import { openExistingDatabase } from "./outbox_database.ts";
import { states } from "./outbox_layout.ts";
import { Removal } from "./removal.ts";
import { inTransaction } from "./transaction.ts";

/** A delivery as an operator sees it. */
export interface KeptDelivery extends StoredDelivery {
  readonly status: DeliveryStatus;
  /** When it was delivered or given up. */
  readonly endedAt: number | undefined;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
}

/** An attempt at a delivery, with its number since the delivery was stored or put back. */
export interface KeptAttempt extends AttemptRecord {
  readonly number: number;
}

/**
 * The outbox for an operator, beside a router that may be running: it reads, puts back and drops.
 * Every change is short, so that the router's own never waits long.
 */
export class OutboxDesk {
  readonly #database: DatabaseSync;
  readonly #removal: Removal;

  /**
   * Opens a file that a router has made.
   *
   * @throws {OutboxFileError} when it is no outbox of this version.
   */
  constructor(path: string) {
    this.#database = openExistingDatabase(path);
    this.#removal = new Removal(this.#database);
  }

  /** The deliveries in the order of storing, at most so many. */
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

  /** The attempts at a delivery, the latest last; of very many only the latest are kept. */
  attempts(sequence: number): readonly KeptAttempt[] {
    return this.#database
      .prepare("SELECT * FROM attempt WHERE sequence = ? ORDER BY rowid").all(sequence)
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
  putBack(sequences: readonly number[], dueAt: number): number {
    return inTransaction(this.#database, () =>
      Number(
        this.#database.prepare(`
          UPDATE delivery SET state = ${states.waiting}, attempts = 0, due_at = ?, ended_at = NULL
          WHERE sequence IN (SELECT value FROM json_each(?))`)
          .run(dueAt, JSON.stringify(sequences)).changes,
      ));
  }

  /** Deletes deliveries for good; returns how many there were. */
  drop(sequences: readonly number[]): number {
    return inTransaction(this.#database, () => this.#removal.remove(sequences));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

const names = Object.fromEntries(
  Object.entries(states).map(([name, state]) => [state, name as DeliveryStatus]),
);

function keptOf(row: Record<string, unknown>): KeptDelivery {
  return {
    ...deliveryOf(row),
    status: names[row.state as number]!,
    endedAt: row.ended_at as number ?? undefined,
    error: row.error as string ?? undefined,
  };
}
