import type { Sink } from "@logtape/logtape";

/** Texts that are not to be logged, each with what stands for it. */
export type Secrets = ReadonlyMap<string, string>;

/**
 * A sink behind a last wall: whatever an error, a target or a library says, secrets that stand in it
 * are replaced, in the message as well as inside of properties.
 */
export function maskSecrets(sink: Sink, secrets: Secrets): Sink {
  if (secrets.size === 0) return sink;
  const mask = maskOf(secrets);
  return (record) =>
    sink({
      ...record,
      message: record.message.map(mask),
      properties: mask(record.properties) as Record<string, unknown>,
    });
}

/** Replaces secrets in a text. */
export function textMask(secrets: Secrets): (text: string) => string {
  if (secrets.size === 0) return (text) => text;
  // the longest first: one may begin with another
  const texts = [...secrets.keys()].toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(texts.map((text) => RegExp.escape(text)).join("|"), "g");
  return (text) => text.replace(pattern, (found) => secrets.get(found)!);
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
