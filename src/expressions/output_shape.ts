import type { Environment } from "@marcbachmann/cel-js";
import { InferredShape, type OutputShape } from "../chain/expression.ts";
import { type CelType, dynType, recordType } from "./cel_types.ts";

const primitives: Readonly<Record<string, CelType>> = {
  int: { name: "int", toCel: (value) => BigInt(Math.round((value as number | undefined) ?? 0)) },
  double: { name: "double", toCel: (value) => value ?? 0 },
  string: { name: "string", toCel: (value) => value ?? "" },
  bool: { name: "bool", toCel: (value) => value ?? false },
  dyn: { name: "dyn", toCel: (value, work) => dynType.toCel(value ?? null, work) },
};

const prefix = "Output_";

/** The name of the type of a whole output. */
export function outputTypeName(output: string): string {
  return prefix + output;
}

/**
 * Whether a type is that of a whole output, or of a part with parts of its own. Each scope has its
 * own such types: a value of one means nothing to the next.
 */
export function isWholeOutput(type: string): boolean {
  return type.includes(prefix);
}

/**
 * The CEL type of an output. A rule that was passed over has put nothing out: its numbers are 0,
 * its texts empty, so that a condition on them is false and not an error.
 */
export function outputType(shape: OutputShape, path: string, environment: Environment): CelType {
  if (typeof shape === "string") return primitives[shape]!;
  if (shape instanceof InferredShape) return inferredType(shape.type);
  const members = Object.entries(shape).map(([name, inner], index) =>
    [name, outputType(inner, `${path}_${index}`, environment)] as const
  );
  return recordType(path, members, environment);
}

/** The value of an inferred type if the rule that gives it has not run. */
const nothing: Readonly<Record<string, unknown>> = {
  int: 0n,
  double: 0,
  string: "",
  bool: false,
  dyn: null,
};

/** The value is in CEL's form already, because an expression gave it. */
function inferredType(type: string): CelType {
  const name = isNameable(type) ? type : "dyn";
  if (Object.hasOwn(nothing, name)) return { name, toCel: (value) => value ?? nothing[name] };
  return { name, toCel: (value) => value ?? (name.startsWith("list") ? [] : new Map()) };
}

/**
 * Whether a variable can be of the type and has a value to stand for an absent one. An
 * object, a time or the empty list, whose items are of no type yet, is `dyn`.
 */
function isNameable(type: string): boolean {
  const inner = /^(?:list<|map<string, )(.+)>$/.exec(type)?.[1];
  if (inner === undefined) return Object.hasOwn(nothing, type);
  return /^Request_\w+$/.test(inner) || isNameable(inner);
}
