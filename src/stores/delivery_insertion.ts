import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";

/** Puts deliveries into the queue of what is due. */
export class DeliveryInsertion {
  readonly #free: StatementSync;
  readonly #ordered: StatementSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#now = now;
    this.#free = database.prepare(`
      INSERT INTO delivery (sequence, id, target, command, operation_id, created_at, due_at,
        headers, body, traceparent, tracestate)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#ordered = database.prepare(`
      INSERT INTO delivery (sequence, id, target, command, operation_id, created_at, due_at,
        headers, body, traceparent, tracestate, order_key, leading)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOT EXISTS (
        SELECT 1 FROM delivery
        WHERE target = ? AND order_key = ? AND order_key <> '' AND state = 0))`);
  }

  /**
   * Inserts deliveries, the first under a sequence and the others under those that follow, within a
   * transaction of the caller's.
   */
  insert(deliveries: readonly NewDelivery[], first: number): void {
    let sequence = first;
    const now = this.#now();
    for (const delivery of deliveries) {
      const { id, target, command, operationID: op, orderKey: key, createdAt: at } = delivery;
      const { body, trace } = delivery;
      // the machine's clock may have been set back since the callback came
      const due = Math.min(at, now);
      const headers = JSON.stringify(delivery.headers);
      const parent = trace?.traceparent ?? null;
      const state = trace?.tracestate ?? null;
      if (key === "") {
        // not spread from an array: that would cost this hot path a twentieth
        this.#free.run(sequence, id, target, command, op, at, due, headers, body, parent, state);
      } else {
        const row = [sequence, id, target, command, op, at, due, headers, body, parent, state];
        const own = storedKey(key);
        this.#ordered.run(...row, own, target, own);
      }
      sequence++;
    }
  }
}

/**
 * A key that can be read back whole: `node:sqlite` ends a text that it reads at the first NUL, and
 * would make different keys one, or none. As JSON it is one text for each key, and has no NUL.
 */
function storedKey(key: string): string {
  return key.includes("\0") ? JSON.stringify(key) : key;
}
