import type { DeliveryFilter } from "../delivery/kept_delivery.ts";
import { states } from "./outbox_layout.ts";

/** A filter as a condition of SQL with the values of its places. */
export interface FilterCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Puts a filter into SQL; the columns are those of the table `delivery`. */
export function conditionOf(filter: DeliveryFilter): FilterCondition {
  const { target, command, statuses, madeFrom, madeUntil, ids, wholeIDs } = filter;
  const parts: (readonly [string, ...(string | number)[]])[] = [];
  if (target !== undefined) parts.push(["target = ?", target]);
  if (command !== undefined) parts.push(["command = ?", command]);
  if (statuses !== undefined) parts.push(anyOf("state = ?", statuses.map((name) => states[name])));
  if (madeFrom !== undefined) parts.push(["created_at >= ?", madeFrom]);
  if (madeUntil !== undefined) parts.push(["created_at <= ?", madeUntil]);
  if (ids !== undefined) parts.push(anyOf("instr(id, ?) = 1", ids));
  if (wholeIDs !== undefined) {
    parts.push(["id IN (SELECT value FROM json_each(?))", JSON.stringify(wholeIDs)]);
  }
  return {
    sql: parts.map(([sql]) => sql).join(" AND ") || "true",
    values: parts.flatMap(([, ...values]) => values),
  };
}

function anyOf(
  condition: string,
  values: readonly (string | number)[],
): readonly [string, ...(string | number)[]] {
  return [`(${values.map(() => condition).join(" OR ") || "false"})`, ...values];
}
