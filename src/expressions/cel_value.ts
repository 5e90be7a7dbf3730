import { deepest, NestingError, replaceBigints } from "../openim/exact_json.ts";

/**
 * A CEL value as JSON knows it; an int stays a `bigint`, to be written digit for digit.
 *
 * @throws {NestingError}
 */
export function jsonOf(value: unknown): unknown {
  return jsonWithin(deepest, value);
}

function jsonWithin(levels: number, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) throw new NestingError();
  const inner = (part: unknown) => jsonWithin(levels - 1, part);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [String(name), inner(member)]));
  }
  if (value instanceof Set) return [...value].map(inner);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value.toBase64();
  if (!isData(value) && typeof value.valueOf === "function") {
    const primitive: unknown = value.valueOf();
    if (typeof primitive === "bigint") return primitive; // CEL's uint
    if (typeof primitive === "number") return `${primitive / 1000}s`; // CEL's duration
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inner(member)]));
}

/** Whether it is an object of JSON, whose fields may have any name, `valueOf` too. */
function isData(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * {@link jsonOf} with ints as numbers if a number holds them exactly.
 *
 * @throws {NestingError}
 */
export function plainJsonOf(value: unknown): unknown {
  return replaceBigints(jsonOf(value), (int) => {
    const number = Number(int);
    return Number.isSafeInteger(number) ? number : int;
  });
}
