import {
  type Expression,
  type ExpressionType,
  type InferredExpression,
  InferredShape,
} from "../chain/expression.ts";
import { OptionError, type OptionPath } from "../chain/rule.ts";
import { CelError } from "../expressions/cel_error.ts";
import type { CelScope, CompiledCel } from "../expressions/cel_scope.ts";
import { isWholeOutput } from "../expressions/output_shape.ts";

/** An expression's value is not of the type that its place takes. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** What a place takes: which types pass the check, and how a value is brought into form. */
interface Expectation {
  readonly wanted: string;
  fits(type: string): boolean;
  bring(value: unknown): unknown;
}

const exactly = (type: string, check: (value: unknown) => boolean): Expectation => ({
  wanted: type,
  fits: (found) => found === type,
  bring(value) {
    if (check(value)) return value;
    throw new ValueError(`expected ${type}, got ${value === null ? "null" : typeof value}`);
  },
});

const keyTypes = new Set(["string", "int", "uint", "bool", "double"]);

const expectations: Readonly<Record<ExpressionType, Expectation>> = {
  bool: exactly("bool", (value) => typeof value === "boolean"),
  int: exactly("int", (value) => typeof value === "bigint"),
  double: exactly("double", (value) => typeof value === "number"),
  string: exactly("string", (value) => typeof value === "string"),
  list: { ...exactly("list", Array.isArray), fits: (found) => found.startsWith("list") },
  map: {
    ...exactly("map", (value) => typeof value === "object"),
    fits: (f) => f.startsWith("map"),
  },
  key: {
    wanted: "string, a number or a bool",
    fits: (found) => keyTypes.has(found),
    bring: (value) => typeof value === "string" ? value : keyText(value),
  },
  any: { wanted: "any", fits: () => true, bring: (value) => value },
};

/** Compiles an expression for a place that takes one type. */
export function typedExpression(
  scope: CelScope,
  option: OptionPath,
  source: string,
  type: ExpressionType,
): Expression {
  const compiled = compileAt(scope, option, source);
  const { wanted, fits, bring } = expectations[type];
  if (!fits(compiled.type) && !compiled.type.startsWith("dyn")) {
    throw new OptionError(option, `expected ${wanted}, but this gives ${compiled.type}`);
  }
  return (callback, outputs) => bring(compiled.evaluate(callback, outputs));
}

/** Compiles an expression for a place that takes any type and hands it on. */
export function inferredExpression(
  scope: CelScope,
  option: OptionPath,
  source: string,
): InferredExpression {
  const { type, isConstant, evaluate } = compileAt(scope, option, source);
  if (isWholeOutput(type)) {
    throw new OptionError(option, "this is all that a rule found out; name one part of it");
  }
  return { evaluate, shape: new InferredShape(type), isConstant };
}

function compileAt(scope: CelScope, option: OptionPath, source: string): CompiledCel {
  try {
    return scope.compile(source);
  } catch (error) {
    if (error instanceof CelError) throw new OptionError(option, error.message, error.offset);
    throw error;
  }
}

function keyText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw new ValueError("a key cannot be a list or a map");
  return String(value);
}
