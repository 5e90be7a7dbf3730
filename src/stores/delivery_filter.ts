import { states } from "./outbox_layout.ts";

/** Where a delivery is: it waits, was given up, or was delivered and is kept. */
export type DeliveryStatus = keyof typeof states;

/** Which deliveries are meant; what is left out means all. */
export interface DeliveryFilter {
  readonly target?: string | undefined;
  readonly command?: string | undefined;
  readonly statuses?: readonly DeliveryStatus[] | undefined;
  /** Made at this time or later, epoch milliseconds. */
  readonly madeFrom?: number | undefined;
  /** Made at this time or before, epoch milliseconds. */
  readonly madeUntil?: number | undefined;
  /** IDs, or beginnings of them. */
  readonly ids?: readonly string[] | undefined;
}

/** A filter as a condition of SQL with the values of its places. */
export interface FilterCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Puts a filter into SQL; the columns are those of the table `delivery`. */
export function conditionOf(filter: DeliveryFilter): FilterCondition {
  const { target, command, statuses, madeFrom, madeUntil, ids } = filter;
  const parts: (readonly [string, ...(string | number)[]])[] = [];
  if (target !== undefined) parts.push(["target = ?", target]);
  if (command !== undefined) parts.push(["command = ?", command]);
  if (statuses !== undefined) parts.push(anyOf("state = ?", statuses.map((name) => states[name])));
  if (madeFrom !== undefined) parts.push(["created_at >= ?", madeFrom]);
  if (madeUntil !== undefined) parts.push(["created_at <= ?", madeUntil]);
  if (ids !== undefined) parts.push(anyOf("instr(id, ?) = 1", ids));
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
