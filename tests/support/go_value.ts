/**
 * Which values Go decodes into a field of an answer, by the catalogue's types.
 *
 * @module
 */
import { shapes } from "./catalogue.ts";

const ranges: Readonly<Record<string, number>> = { int32: 31, int64: 63 };

/**
 * Whether a server decodes a value, parsed with every digit kept, into a field of this type. Where
 * a type may not be null, null counts as wrong: Go takes it for not given.
 */
export function fits(value: unknown, type: string): boolean {
  if (type.endsWith("?")) return value === null || fits(value, type.slice(0, -1));
  if (type.endsWith("[]")) {
    return Array.isArray(value) && value.every((item) => fits(item, type.slice(0, -2)));
  }
  if (type === "string") return typeof value === "string";
  if (type === "bool") return typeof value === "boolean";
  const bits = ranges[type];
  if (bits !== undefined) return isInteger(value, bits);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = Object.entries(value);
  if (type.startsWith("map<")) {
    return members.every(([, member]) => fits(member, type.slice(4, -1)));
  }
  const fields = Object.entries(shapes[type]!);
  return members.every(([name, member]) => {
    const [, of] = fields.find(([field]) => folded(field) === folded(name)) ?? [];
    return of === undefined || fits(member, of);
  });
}

/** Go matches names without regard to case, by Unicode's simple folding: `ſ` is an `s`. */
function folded(name: string): string {
  return name.replaceAll("\u017f", "s").toLowerCase();
}

function isInteger(value: unknown, bits: number): boolean {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return false;
  const int = BigInt(value as number | bigint);
  return int >= -(2n ** BigInt(bits)) && int < 2n ** BigInt(bits);
}
