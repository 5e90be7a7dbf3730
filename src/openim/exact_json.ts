/**
 * JSON whose integers survive beyond 2^53.
 *
 * `JSON.parse` rounds an int64 such as 9007199254740993. These two functions keep every digit by
 * way of the "JSON.parse source text access" proposal, which V8 ships and TypeScript's own library
 * does not describe yet.
 *
 * @module
 */

type SourceReviver = (
  key: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;

const json = JSON as unknown as {
  parse(text: string, reviver: SourceReviver): unknown;
  rawJSON(text: string): unknown;
};

/** Parses JSON text; integers that a number cannot hold exactly become `bigint`. */
export function parseExact(text: string): unknown {
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** Writes a value as JSON text; a `bigint` is written as its digits, a `Map` as an object. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return json.rawJSON(part.toString());
    if (part instanceof Map) return Object.fromEntries(part);
    return part;
  }) ?? "null";
}
