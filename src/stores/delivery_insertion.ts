import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { StoredDelivery } from "../delivery/outbox.ts";

/** Puts deliveries into the table of what waits. */
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
        WHERE target = ? AND order_key = ? AND order_key <> '' AND state = 0))
      RETURNING leading`);
  }

  /**
   * Inserts deliveries, the first under a number and the others under those that follow, within a
   * transaction of the caller's. Returns those that no earlier one of their key holds up.
   */
  insert(deliveries: readonly NewDelivery[], first: number): readonly StoredDelivery[] {
    const leading: StoredDelivery[] = [];
    let storeID = first;
    const now = this.#now();
    for (const delivery of deliveries) {
      // the machine's clock may have been set back since the callback came
      const dueAt = Math.min(delivery.createdAt, now);
      const stored = { ...delivery, orderKey: storedKey(delivery.orderKey) };
      if (this.#insertOne(stored, storeID, dueAt)) {
        leading.push({ ...stored, storeID, attempts: 0, dueAt });
      }
      storeID++;
    }
    return leading;
  }

  /** Returns whether nothing holds it up. */
  #insertOne(delivery: NewDelivery, storeID: number, dueAt: number): boolean {
    const { id, target, command, operationID: op, orderKey: key, createdAt: at } = delivery;
    const { body, trace } = delivery;
    const headers = JSON.stringify(delivery.headers);
    const parent = trace?.traceparent ?? null;
    const state = trace?.tracestate ?? null;
    if (key === "") {
      this.#free.run(storeID, id, target, command, op, at, dueAt, headers, body, parent, state);
      return true;
    }
    const row = [storeID, id, target, command, op, at, dueAt, headers, body, parent, state];
    return this.#ordered.get(...row, key, target, key)?.leading === 1;
  }
}

/**
 * A key that can be read back whole: `node:sqlite` ends a text that it reads at the first NUL, and
 * would make different keys one, or none. As JSON it is one text for each key, and has no NUL.
 */
function storedKey(key: string): string {
  return key.includes("\0") ? JSON.stringify(key) : key;
}
