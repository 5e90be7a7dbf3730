import type { Sink } from "@logtape/logtape";

/** Texts that must not be logged, each with what stands for it. */
export type Secrets = ReadonlyMap<string, string>;

/**
 * A sink behind a last wall: whatever an error, a target or a library says, secrets that stand in it
 * are replaced, in the message as well as inside of properties.
 */
export function maskSecrets(sink: Sink, secrets: Secrets): Sink {
  const mask = maskOf(secrets);
  return (record) =>
    sink({
      ...record,
      message: record.message.map(mask),
      properties: mask(record.properties) as Record<string, unknown>,
    });
}

/**
 * A signature of Standard Webhooks as a text, a JSON text or a URL has it, or its beginning before a
 * cut: an attempt's own, which proves who sends for as long as a target takes its time.
 */
const signatures =
  /v1a?(?:,|%2C)(?:[A-Za-z0-9+]|\\?\/|\\u00(?:2b|2f)|%2[BF]){16,}(?:=|\\u003d|%3D)*/gi;

/** Replaces secrets in a text, and signatures, which no rules file holds. */
export function textMask(secrets: Secrets): (text: string) => string {
  if (secrets.size === 0) return (text) => text.replace(signatures, "***");
  // the longest first: one may begin with another
  const texts = [...secrets.keys()].toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(texts.map((text) => RegExp.escape(text)).join("|"), "g");
  return (text) => text.replace(pattern, (found) => secrets.get(found)!).replace(signatures, "***");
}

function maskOf(secrets: Secrets): (value: unknown) => unknown {
  const maskText = textMask(secrets);
  const mask = (value: unknown): unknown => {
    if (typeof value === "string") return maskText(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Error) return maskText(value.stack ?? value.message);
    if (Array.isArray(value)) return value.map(mask);
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, mask(member)]),
    );
  };
  return mask;
}
