import type { Environment } from "@marcbachmann/cel-js";
import type { OutputShape } from "../chain/expression.ts";
import { type CelType, dynType, registerRecord } from "./cel_types.ts";

const primitives: Readonly<Record<string, CelType>> = {
  int: { name: "int", toCel: (value) => BigInt(Math.round((value as number | undefined) ?? 0)) },
  double: { name: "double", toCel: (value) => value ?? 0 },
  string: { name: "string", toCel: (value) => value ?? "" },
  bool: { name: "bool", toCel: (value) => value ?? false },
  dyn: { name: "dyn", toCel: (value) => dynType.toCel(value ?? null) },
};

/**
 * The CEL type of an output. A rule that was passed over has put nothing out: its numbers are 0,
 * its texts empty, so that a condition on them is false and not an error.
 */
export function outputType(shape: OutputShape, path: string, environment: Environment): CelType {
  if (typeof shape === "string") return primitives[shape]!;
  const members = Object.entries(shape).map(([name, inner], index) =>
    [name, outputType(inner, `${path}_${index}`, environment)] as const
  );
  const record = registerRecord(
    path,
    Object.fromEntries(members.map(([name, type]) => [name, type.name])),
    environment,
  );
  return {
    name: path,
    members: Object.fromEntries(members),
    toCel(value) {
      const source = (value ?? {}) as Readonly<Record<string, unknown>>;
      return record(members.map(([name, type]) => [name, type.toCel(source[name])] as const));
    },
  };
}
