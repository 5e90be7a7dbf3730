import {
  type Expression,
  type ExpressionType,
  type InferredExpression,
  InferredShape,
} from "../../chain/expression.ts";
import { OptionError, type OptionPath } from "../../chain/rule.ts";
import { CelError, UnknownNameError } from "../../expressions/cel_error.ts";
import type { CelScope, CompiledCel } from "../../expressions/cel_scope.ts";
import { isWholeOutput } from "../../expressions/output_shape.ts";
import { constantWords } from "./constant_expression.ts";
import { plainTextWords, plainWordWords, severalFieldsWords } from "./plain_text.ts";

/** Takes what is allowed in an expression and probably not meant. */
export type Warn = (option: OptionPath, message: string, offset: number) => void;

const noWarning: Warn = () => {};

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

/**
 * Compiles an expression for a place that takes one type.
 *
 * @throws {OptionError}
 */
export function typedExpression(
  scope: CelScope,
  option: OptionPath,
  source: string,
  type: ExpressionType,
  warn = noWarning,
): Expression {
  const compiled = compileAt(scope, option, source, type, warn);
  const { wanted, fits, bring } = expectations[type];
  if (!fits(compiled.type) && !compiled.type.startsWith("dyn")) {
    const words = `expected ${wanted}, but this gives ${compiled.type}`;
    throw new OptionError(
      option,
      compiled.severalValues ?? `${words}${conversion(source, type, compiled.type)}`,
    );
  }
  const constant = constantWords(compiled, type);
  if (constant !== undefined) warn(option, constant, 0);
  return (callback, outputs) => bring(compiled.evaluate(callback, outputs));
}

/** Compiles an expression for a place that takes any type and hands it on. */
export function inferredExpression(
  scope: CelScope,
  option: OptionPath,
  source: string,
  warn = noWarning,
): InferredExpression {
  const { type, isConstant, evaluate } = compileAt(scope, option, source, "any", warn);
  if (isWholeOutput(type)) {
    throw new OptionError(option, "this is all that a rule found out; name one part of it");
  }
  return { evaluate, shape: new InferredShape(type), isConstant };
}

function compileAt(
  scope: CelScope,
  option: OptionPath,
  source: string,
  type: ExpressionType,
  warn: Warn,
): CompiledCel {
  try {
    const compiled = scope.compile(source);
    for (const { message, offset } of compiled.doubts) warn(option, message, offset);
    return compiled;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const plain = plainTextWords(source, type) ?? severalFieldsWords(source, type) ??
      (error instanceof UnknownNameError
        ? plainWordWords(source, type, error.about.known)
        : undefined);
    if (plain !== undefined) throw new OptionError(option, plain, 0, error.cause);
    throw new OptionError(option, error.message, error.offset, error);
  }
}

const numbers: ReadonlySet<string> = new Set(["double", "int", "uint"]);

/** How a value of one type becomes one of the type that is wanted. */
function conversion(source: string, wanted: ExpressionType, found: string): string {
  if (source.length > 40) return "";
  if (wanted === "string" && (numbers.has(found) || found === "bool")) {
    return `; write string(${source})`;
  }
  if (wanted !== "bool") return "";
  if (numbers.has(found)) return `; compare it, such as ${source} > 0`;
  return found === "string" ? `; compare it, such as ${source} == '...'` : "";
}

function keyText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw new ValueError("a key cannot be a list or a map");
  return String(value);
}
