/**
 * What layouts 4 and 5 of the outbox's file held back: packs of deliveries in a table `staged`.
 * Later layouts hold all deliveries in one table.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { TraceContext } from "../chain/trace_context.ts";
import { DeliveryInsertion } from "./delivery_insertion.ts";

/** A pack as JSON: what its deliveries have in common is written once. */
interface Pack {
  readonly kinds: readonly Pick<NewDelivery, "target" | "command" | "headers">[];
  readonly rows: readonly (readonly [
    kind: number,
    id: string,
    operationID: string,
    createdAt: number,
    body: string,
    orderKey?: string,
    trace?: TraceContext,
  ])[];
}

/**
 * Moves all packs into the table of deliveries and drops `staged`, within a transaction of the
 * caller's. A pack that cannot be read becomes one dead letter with the pack's text as its body, so
 * that an operator sees it and nothing is lost.
 */
export function moveStagedDeliveries(database: DatabaseSync): void {
  const now = Date.now();
  const insertion = new DeliveryInsertion(database, () => now);
  const insertDead = database.prepare(`
    INSERT INTO delivery (sequence, id, target, command, operation_id, created_at, due_at, state,
      ended_at, error, headers, body)
    VALUES (?, ?, ?, '', '', ?, ?, 1, ?, ?, '{}', ?)`);
  for (const row of database.prepare("SELECT * FROM staged ORDER BY last_sequence").all()) {
    const { target, json } = row as Record<string, string>;
    const { last_sequence: last, count, oldest } = row as Record<string, number>;
    const deliveries = deliveriesOf(json!, count!);
    if (deliveries !== undefined) insertion.insert(deliveries, last! - count! + 1);
    else {
      const error = `a former version stored ${count} deliveries here, and they cannot be read`;
      insertDead.run(last!, `staged-${last}`, target!, oldest!, oldest!, now, error, json!);
    }
  }
  database.exec("DROP TABLE staged");
}

/** The deliveries of a pack in their order; undefined if it does not hold what was stored. */
function deliveriesOf(json: string, count: number): readonly NewDelivery[] | undefined {
  try {
    const { kinds, rows }: Pack = JSON.parse(json);
    const deliveries = rows.map(([kind, id, operationID, createdAt, body, orderKey, trace]) => ({
      id,
      ...kinds[kind]!,
      operationID,
      orderKey: orderKey ?? "",
      createdAt,
      body,
      ...trace !== undefined && { trace },
    }));
    return deliveries.length === count && deliveries.every(isWhole) ? deliveries : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the table can take a delivery. An error of SQLite's is then an error of the disk. */
function isWhole(delivery: NewDelivery): boolean {
  const { id, target, command, operationID, orderKey, body, headers, createdAt, trace } = delivery;
  const texts = [id, target, command, operationID, orderKey, body, trace?.traceparent ?? ""];
  return [...texts, trace?.tracestate ?? ""].every((text) => typeof text === "string") &&
    Number.isSafeInteger(createdAt) && typeof headers === "object" && headers !== null;
}
