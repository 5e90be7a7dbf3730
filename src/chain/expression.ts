import type { Callback } from "../openim/callback.ts";

/** What earlier rules of the chain have found out, by the name under which expressions see it. */
export type Outputs = Record<string, unknown>;

/**
 * An expression of the rules file, compiled and type-checked; evaluating it parses nothing.
 *
 * @throws when the values at hand do not fit, such as a division by zero.
 */
export type Expression<Value = unknown> = (callback: Callback, outputs: Outputs) => Value;

/** The type that an expression is expected to have, in CEL's names. */
export type ExpressionType =
  | "bool"
  | "int"
  | "double"
  | "string"
  | "list"
  | "map"
  | "key"
  | "any";

/** The shape of what a rule makes visible to later rules: a CEL type, or members with shapes. */
export type OutputShape = "int" | "double" | "string" | "bool" | "dyn" | OutputMembers;

/** Named parts of an output, such as the windows of a counter. */
export interface OutputMembers {
  readonly [member: string]: OutputShape;
}
