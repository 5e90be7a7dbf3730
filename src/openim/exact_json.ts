/**
 * JSON whose integers survive beyond 2^53.
 *
 * `JSON.parse` rounds an int64 such as 9007199254740993. These two functions keep every digit by
 * way of the "JSON.parse source text access" proposal, which V8 ships and TypeScript's own library
 * does not describe yet.
 *
 * @module
 */
import { NestingError } from "./nesting.ts";

type SourceReviver = (
  key: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;

const json = JSON as unknown as {
  parse(text: string, reviver: SourceReviver): unknown;
  rawJSON(text: string): unknown;
};

/** Included: 9223372036854775807.0 is within an int64, and is a number of this value. */
const int64Bound = 2 ** 63;

/**
 * Parses JSON text. Integers outside the safe ones of JavaScript become `bigint`; so do whole
 * numbers in another notation, such as 1e17, as far as an int64 goes.
 *
 * @throws {SyntaxError} when it is no JSON.
 * @throws {NestingError} when it is nested too deeply, which `JSON.parse` minds only here.
 */
export function parseExact(text: string): unknown {
  try {
    return json.parse(text, exactly);
  } catch (error) {
    // with a reviver the parser calls itself for each level
    if (error instanceof RangeError) throw new NestingError();
    throw error;
  }
}

const exactly: SourceReviver = (_key, value, { source }) => {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  if (source !== undefined && /^-?\d+$/.test(source)) return BigInt(source);
  return Number.isInteger(value) && Math.abs(value) <= int64Bound ? BigInt(value) : value;
};

/** Writes a value as JSON text; a `bigint` is written as its digits, a `Map` as an object. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return json.rawJSON(part.toString());
    if (part instanceof Map) return Object.fromEntries(part);
    return part;
  }) ?? "null";
}

/** A JSON value with every `bigint` replaced. */
export function replaceBigints(value: unknown, replace: (int: bigint) => unknown): unknown {
  if (typeof value === "bigint") return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceBigints(item, replace));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, replaceBigints(member, replace)]),
    );
  }
  return value;
}
