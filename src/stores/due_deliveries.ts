import type { DatabaseSync, StatementSync } from "node:sqlite";
import { mostText, type StoredDelivery, type StoreID } from "../delivery/outbox.ts";

/** How many behind the first of a key are read at once: a long queue must not keep other keys out. */
const mostOfKey = 32;

/** Reads what is due from the outbox's file, in the order in which it may be sent. */
export class DueDeliveries {
  readonly #leading: StatementSync;
  readonly #following: StatementSync;
  readonly #delivery: StatementSync;
  readonly #nextDue: StatementSync;

  constructor(database: DatabaseSync) {
    this.#leading = database.prepare(`
      SELECT * FROM delivery
      WHERE state = 0 AND leading = 1 AND target = ? AND due_at <= ?
        AND sequence NOT IN (SELECT value FROM json_each(?))
      ORDER BY due_at, sequence LIMIT ?`);
    this.#following = database.prepare(`
      SELECT leader.sequence AS leader, follower.sequence, follower.due_at
      FROM delivery AS leader CROSS JOIN delivery AS follower
      WHERE leader.state = 0 AND leader.leading = 1 AND leader.target = ? AND leader.due_at <= ?
        AND leader.order_key <> '' AND follower.sequence IN (
          SELECT sequence FROM delivery
          WHERE target = leader.target AND state = 0 AND order_key <> ''
            AND order_key = leader.order_key AND sequence > leader.sequence
          ORDER BY sequence LIMIT ${mostOfKey})
      ORDER BY leader.due_at, leader.sequence, follower.sequence`);
    this.#delivery = database.prepare("SELECT * FROM delivery WHERE sequence = ?");
    this.#nextDue = database.prepare(`
      SELECT due_at FROM delivery
      WHERE state = 0 AND leading = 1 AND target = ?
        AND sequence NOT IN (SELECT value FROM json_each(?))
      ORDER BY due_at, sequence LIMIT 1`);
  }

  /** As `SqliteOutbox.due`. */
  read(
    target: string,
    now: number,
    limit: number,
    but: ReadonlySet<StoreID>,
  ): readonly StoredDelivery[] {
    const found: StoredDelivery[] = [];
    let left = mostText;
    const isFull = (delivery: StoredDelivery) => {
      found.push(delivery);
      left -= delivery.body.length;
      return left <= 0;
    };
    for (const row of this.#leading.iterate(target, now, JSON.stringify([...but]), limit)) {
      if (isFull(deliveryOf(row))) return found;
    }
    if (found.length === limit) return found;
    for (const sequence of this.#follow(target, now, limit - found.length, but)) {
      if (isFull(deliveryOf(this.#delivery.get(sequence)!))) break;
    }
    return found;
  }

  /** As `SqliteOutbox.nextDue`. */
  next(target: string, but: ReadonlySet<StoreID>): number | undefined {
    return this.#nextDue.get(target, JSON.stringify([...but]))?.due_at as number | undefined;
  }

  /** The sequences of those behind a due one of their key, up to the first of the key that waits for a retry. */
  #follow(
    target: string,
    now: number,
    limit: number,
    but: ReadonlySet<StoreID>,
  ): readonly number[] {
    const free: number[] = [];
    let blocked: unknown;
    for (const { leader, sequence, due_at } of this.#following.iterate(target, now)) {
      if (leader === blocked) continue;
      if ((due_at as number) > now) blocked = leader;
      else if (!but.has(sequence as number)) free.push(sequence as number);
      if (free.length === limit) break;
    }
    return free;
  }
}

/** A delivery from its row. */
export function deliveryOf(row: Record<string, unknown>): StoredDelivery {
  return {
    ...summaryOf(row),
    headers: JSON.parse(row.headers as string),
    body: row.body as string,
  };
}

/** A delivery without what it delivers, from its row. */
export function summaryOf(
  row: Record<string, unknown>,
): Omit<StoredDelivery, "headers" | "body"> {
  const summary = {
    storeID: row.sequence as number,
    id: row.id as string,
    target: row.target as string,
    command: row.command as string,
    operationID: row.operation_id as string,
    orderKey: row.order_key as string,
    createdAt: row.created_at as number,
    attempts: row.attempts as number,
    dueAt: row.due_at as number,
  };
  const { traceparent, tracestate } = row as Readonly<Record<string, string | null>>;
  if (typeof traceparent !== "string") return summary;
  const state = typeof tracestate === "string" ? { tracestate } : {};
  return { ...summary, trace: { traceparent, ...state } };
}
