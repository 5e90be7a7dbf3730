/**
 * JSON whose integers survive beyond 2^53.
 *
 * `JSON.parse` rounds an int64 such as 9007199254740993. Here a number that it would round is put
 * in quotes before the text is parsed, and becomes a `bigint` afterwards. (A reviver could be
 * handed the digits, too, but makes the parser ten times slower, for everything in the text.)
 *
 * @module
 */

/** TypeScript's own library does not describe this part of the language yet. */
const json = JSON as unknown as { rawJSON(text: string): unknown };

/** Included: 9223372036854775807.0 is within an int64, and is a number of this value. */
const int64Bound = 2 ** 63;

/** More digits than these are no number that anybody counts with, and take long to read. */
const mostDigits = 4096;

/** What stands in front of digits in quotes. Nobody outside can know it, and pass text for digits. */
const mark = `${crypto.randomUUID()} `;

/**
 * Texts, and the numbers that may need a `bigint`: those of 16 digits and more, and those with an
 * exponent. A text is matched so that no number is found inside of it, and up to the end if nothing
 * ends it: each of its quotes would be tried as another start, in time that grows with its square.
 */
const textsAndLongNumbers = new RegExp(
  [
    /"[^"\\]*(?:\\[^]?[^"\\]*)*(?:"|$)/,
    /(?<![\d.eE+-])-?[1-9]\d{15,}(?:\.\d+)?(?:[eE][+-]?\d+)?/,
    /(?<![\d.eE+-])-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+/,
  ].map(({ source }) => source).join("|"),
  "g",
);

/**
 * Parses JSON text. Integers outside the safe ones of JavaScript become `bigint`; so do whole
 * numbers in another notation, such as 1e17, as far as an int64 goes.
 *
 * @throws {SyntaxError} when it is no JSON.
 * @throws {NestingError} when it is nested too deeply.
 */
export function parseExact(text: string): unknown {
  const { value, levels } = parseMarked(text);
  if (levels > deepest) throw new NestingError();
  return value;
}

/** As {@link parseExact}, however deeply it is nested. */
export function parseExactAtAnyDepth(text: string): unknown {
  return parseMarked(text).value;
}

/** The value of JSON text, and how many levels of lists and objects are in it. */
function parseMarked(text: string): { value: unknown; levels: number } {
  const marked = text.replace(textsAndLongNumbers, (token) => {
    const digits = token.startsWith('"') ? undefined : bigintDigits(token);
    return digits === undefined ? token : `"${mark}${digits}"`;
  });
  const whole = [JSON.parse(marked)];
  let levels = -1;
  for (let level: object[] = [whole]; level.length > 0; levels++) {
    const inner: object[] = [];
    for (const parent of level) readMarks(parent as Record<string, unknown>, inner);
    level = inner;
  }
  return { value: whole[0], levels };
}

/** The digits of a number that `JSON.parse` would round, if it is one that is kept exactly. */
function bigintDigits(token: string): string | undefined {
  const value = Number(token);
  if (Number.isSafeInteger(value)) return undefined;
  if (/^-?\d+$/.test(token)) return token.length > mostDigits ? undefined : token;
  const isInt64 = Number.isInteger(value) && Math.abs(value) <= int64Bound;
  return isInt64 ? String(BigInt(value)) : undefined;
}

/** Puts a `bigint` in place of each marked text in an object or a list; adds what is in it. */
function readMarks(parent: Record<string, unknown>, inner: object[]): void {
  for (const name of Object.keys(parent)) {
    const value = parent[name];
    if (typeof value === "object" && value !== null) inner.push(value);
    else if (typeof value === "string" && value.startsWith(mark)) {
      // a plain assignment to "__proto__" would set no field
      Object.defineProperty(parent, name, { value: BigInt(value.slice(mark.length)) });
    }
  }
}

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

/** Far deeper than any callback of OpenIM; what looks into a value calls itself for each level. */
export const deepest = 500;

/** A value, such as the body of a hostile caller, is nested too deeply to be looked into. */
export class NestingError extends Error {
  override readonly name = "NestingError";

  constructor() {
    super(`a value is nested deeper than ${deepest} levels`);
  }
}

/** Whether a value of JSON is an object: neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
