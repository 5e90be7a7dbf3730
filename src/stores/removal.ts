import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoreID } from "../delivery/outbox.ts";

/**
 * Deletes deliveries with all that belongs to them. A trigger would do the same, but cost every
 * delivery that goes well a quarter more to settle, and of those hardly any has something to tidy.
 */
export class Removal {
  readonly #notable: StatementSync;
  readonly #attempts: StatementSync;
  readonly #delete: StatementSync;
  readonly #promote: StatementSync;

  constructor(database: DatabaseSync) {
    // one that was put back after it had arrived has neither tries nor an error, but another time
    const tried = "(attempts > 0 OR error IS NOT NULL OR due_at <> created_at)";
    this.#notable = database.prepare(`
      SELECT target, order_key, ${tried} AS tried FROM delivery
      WHERE sequence IN (SELECT value FROM json_each(?)) AND (order_key <> '' OR ${tried})`);
    this.#attempts = database.prepare(
      "DELETE FROM attempt WHERE sequence IN (SELECT value FROM json_each(?))",
    );
    this.#delete = database.prepare(
      "DELETE FROM delivery WHERE sequence IN (SELECT value FROM json_each(?))",
    );
    this.#promote = database.prepare(`
      UPDATE delivery SET leading = 1 WHERE leading = 0 AND sequence = (
        SELECT min(sequence) FROM delivery
        WHERE target = ? AND order_key = ? AND order_key <> '' AND state = 0)`);
  }

  /** Deletes by ID, within a transaction of the caller's; returns how many there were. */
  remove(ids: readonly StoreID[]): number {
    const list = JSON.stringify(ids);
    const notable = this.#notable.all(list);
    if (notable.some(({ tried }) => tried === 1)) this.#attempts.run(list);
    const { changes } = this.#delete.run(list);
    for (const { target, order_key } of notable) {
      if (order_key !== "") this.#promote.run(target as string, order_key as string);
    }
    return Number(changes);
  }
}
