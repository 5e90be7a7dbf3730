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
  const one = type.replace(/\?$/, "");
  // an object of other fields is what Go decodes to an empty one
  if (shapes[one] !== undefined) return ["x", 5, ...misspelt(one)];
  const wrong: unknown[] = [{ value: typical(type) }];
  if (one === "string") wrong.push(5, true, ["x"]);
  if (one === "bool") wrong.push(1, "true");
  if (one === "int32") wrong.push("20", 2 ** 31, 0.5);
  if (one === "int64") wrong.push("20", 2n ** 64n);
  if (one.endsWith("[]")) wrong.push("x", [5], ...misspeltItems(one.slice(0, -2)));
  if (one === type) wrong.push(null);
  return wrong;
}

function misspeltItems(type: string): readonly unknown[] {
  const one = type.replace(/\?$/, "");
  return shapes[one] === undefined ? [] : misspelt(one).map((item) => [item]);
}

/** Objects with a member that Go takes for another of them, for it folds the case of names. */
function misspelt(shape: string): readonly unknown[] {
  const [field = ""] = Object.keys(shapes[shape]!);
  const whole = typical(shape) as object;
  return [{ [field.toUpperCase()]: 5 }, { ...whole, [field.toUpperCase()]: 5 }];
}
