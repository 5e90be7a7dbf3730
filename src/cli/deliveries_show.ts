import { maskOf } from "../runtime/secrets_mask.ts";
import { targetsOf } from "../runtime/targets.ts";
import { deliveryHeaders } from "../delivery/delivery_headers.ts";
import type { KeptAttempt, KeptDelivery } from "../delivery/kept_delivery.ts";
import type { OutboxAdmin } from "../stores/outbox_admin.ts";
import { timeText } from "./deliveries_list.ts";
import { openOutboxOf } from "./deliveries_outbox.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** What to show. */
export interface ShowOptions {
  /** The delivery's ID, or the beginning of it. */
  readonly id: string;
  /** The rules file. */
  readonly rules: string;
}

/**
 * Prints everything about one delivery: what it is, what is sent, and how each attempt went.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} if no one delivery is meant.
 */
export async function showDelivery({ id, rules: file }: ShowOptions, terminal: Terminal) {
  using outbox = await openOutboxOf(file);
  const { admin, rules } = outbox;
  const delivery = theOne(admin, id);
  const target = targetsOf(rules.settings, rules.file).find(({ name }) => name === delivery.target);
  const where = target === undefined
    ? "the rules file names no such target"
    : rules.shownURL(delivery.target);
  const mask = maskOf(rules);
  terminal.out([
    facts(delivery, where, mask),
    section("headers", pairs(deliveryHeaders(delivery, target))),
    section("attempts", attemptLines(admin.attempts(delivery.storeID), delivery, mask)),
    section("body", [visible(mask(delivery.body))]),
  ].join("\n\n"));
}

function theOne(admin: OutboxAdmin, id: string): KeptDelivery {
  if (id === "") throw new UsageError("the ID is empty; give the beginning of one");
  const found = admin.list({ ids: [id] }, 2);
  const [first] = found;
  const exact = found.find((delivery) => delivery.id === id);
  if (exact !== undefined) return exact;
  if (first === undefined) {
    throw new UsageError(`there is no delivery ${id}: "deliveries list" shows what there is`);
  }
  if (found.length > 1) {
    throw new UsageError(`several deliveries begin with ${id}: give more of it`);
  }
  return first;
}

function facts(
  delivery: KeptDelivery,
  where: string,
  mask: (text: string) => string,
): string {
  const { id, status, target, command, operationID, orderKey, createdAt, dueAt, endedAt } =
    delivery;
  const times = endedAt === undefined
    ? [["due", timeText(dueAt)]]
    : [[status === "dead" ? "given up" : "delivered", timeText(endedAt)]];
  return pairs(Object.fromEntries([
    ["delivery", id],
    ["status", status],
    ["target", `${target} (${where})`],
    ["command", command],
    ["operationID", operationID],
    ["order key", orderKey === "" ? "-" : mask(orderKey)],
    ["made", timeText(createdAt)],
    ...times,
    ["tries", String(delivery.attempts)],
    ["error", mask(delivery.error ?? "-")],
  ])).join("\n");
}

/** An answer may quote what the target was sent: its secrets are hidden. */
function attemptLines(
  attempts: readonly KeptAttempt[],
  delivery: KeptDelivery,
  mask: (text: string) => string,
): string[] {
  if (attempts.length === 0) {
    if (delivery.attempts === 0) return [delivery.endedAt === undefined ? "none yet" : "none"];
    return ["none of them is written down"];
  }
  return attempts.flatMap(({ number, at, duration, status, error, answer }) => [
    `${number}  ${timeText(at)}  ${status ?? "no answer"}  ${duration} ms  ` +
    visible(mask(error ?? "delivered")),
    ...answer === undefined || answer === "" ? [] : [`   answer: ${visible(mask(answer))}`],
  ]);
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** Names and values below each other. */
function pairs(values: Readonly<Record<string, string>>): string[] {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values).map(([name, value]) => `${name.padEnd(width)}  ${visible(value)}`);
}

/** Text of someone else's: a terminal must not take a part of it for a command. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
