import type { KeptDelivery } from "../delivery/kept_delivery.ts";
import { maskOf } from "../runtime/secrets_mask.ts";
import { openOutboxOf } from "./deliveries_outbox.ts";
import { filterOf, type SelectionOptions, unknownNames } from "./deliveries_selection.ts";
import { columns, type Terminal } from "./terminal.ts";

/** What to list. */
export interface ListOptions extends SelectionOptions {
  /** The rules file. */
  readonly rules: string;
  /** The most lines. */
  readonly limit: number;
}

const head = [
  "id",
  "status",
  "target",
  "command",
  "key",
  "made",
  "next or ended",
  "tries",
  "error",
];

/** How much of an error a line has room for, characters. */
const errorWidth = 60;

/**
 * Prints deliveries, a line for each, in the order of storing.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} if there is nothing to read.
 */
export async function listDeliveries(options: ListOptions, terminal: Terminal): Promise<void> {
  using outbox = await openOutboxOf(options.rules);
  const { admin, rules } = outbox;
  const filter = filterOf(options, { now: Date.now(), ...rules });
  const total = admin.sequences(filter).length;
  const listed = admin.list(filter, options.limit);
  const mask = maskOf(rules);
  const rows = listed.map((delivery) => rowOf(delivery, mask));
  if (rows.length > 0) terminal.out(columns(head, rows));
  const hint = total === 0 ? unknownNames(options, rules) : "";
  terminal.out(`${listed.length > 0 ? "\n" : ""}${totalOf(total, listed.length)}${hint}`);
}

/** A delivery as a line of the list; its error may quote secrets, which are masked. */
function rowOf(
  delivery: KeptDelivery,
  mask: (text: string) => string,
): readonly string[] {
  const { id, status, target, command, orderKey, createdAt, dueAt, endedAt, attempts, error } =
    delivery;
  return [
    id,
    status,
    target,
    command,
    oneLine(mask(orderKey)) || "-",
    timeText(createdAt),
    timeText(endedAt ?? dueAt),
    String(attempts),
    oneLine(mask(error ?? "")).slice(0, errorWidth) || "-",
  ];
}

/** A time as people and tools read it: UTC, to the second. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

/** How many deliveries there are, in words. */
export function deliveriesText(count: number): string {
  return count === 1 ? "1 delivery" : `${count} deliveries`;
}

function totalOf(total: number, listed: number): string {
  if (listed === total) return deliveriesText(total);
  return `the first ${listed} of ${deliveriesText(total)}; --limit ${total} lists all`;
}

/** Text of someone else's, without what moves a terminal's cursor. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
