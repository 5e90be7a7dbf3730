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

/** An expression whose type was not asked for but found out. */
export interface InferredExpression {
  readonly evaluate: Expression;
  /** For announcing what the expression gives as an output. */
  readonly shape: InferredShape;
  /** Whether it reads nothing: it gives the same for every callback. */
  readonly isConstant: boolean;
}

/** The type of what an expression gives: an output of this shape holds the very value it gave. */
export class InferredShape {
  /** The compiler's name of the type, such as `int` or `list<string>`. */
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }
}

/** The shape of what a rule makes visible to later rules: a CEL type, or members with shapes. */
export type OutputShape =
  | "int"
  | "double"
  | "string"
  | "bool"
  | "dyn"
  | InferredShape
  | OutputMembers;

/** Named parts of an output, such as the windows of a counter. */
export interface OutputMembers {
  readonly [member: string]: OutputShape;
}
