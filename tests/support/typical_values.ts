/**
 * Values of the fields that answers replace, by the catalogue's types.
 *
 * @module
 */
import { shapes } from "./catalogue.ts";

/** A typical value of a type in the catalogue's notation. */
export function typical(type: string): unknown {
  if (type.endsWith("?")) return typical(type.slice(0, -1));
  if (type.endsWith("[]")) return [typical(type.slice(0, -2))];
  if (type.startsWith("map<")) return { history: typical(type.slice(4, -1)) };
  const shape = shapes[type];
  if (shape !== undefined) {
    return Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, typical(of)]));
  }
  const values: Readonly<Record<string, unknown>> = { string: "x", bool: true, int32: 20 };
  return values[type] ?? 1_754_300_000_123n;
}

/** Values that a server fails to decode, which refuses the operation. */
export function undecodable(type: string): readonly unknown[] {
  const wrong: unknown[] = [{ value: typical(type) }];
  if (/^string\??$/.test(type)) wrong.push(5, true, ["x"]);
  if (/^bool\??$/.test(type)) wrong.push(1, "true");
  if (/^int32\??$/.test(type)) wrong.push("20", 2 ** 31, 0.5);
  if (/^int64\??$/.test(type)) wrong.push("20", 2n ** 64n);
  if (/\[\]\??$/.test(type)) wrong.push("x", [5]);
  if (!type.endsWith("?")) wrong.push(null);
  // an object of other fields is what Go decodes to an empty one
  return shapes[type.replace("?", "")] === undefined ? wrong : ["x", 5];
}
