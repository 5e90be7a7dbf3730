/**
 * Checks the times, durations and time zones that are written out in an expression. CEL looks at
 * them when it meets them, and the rule would fail for every callback.
 *
 * @module
 */
import { type ASTNode, Environment, EvaluationError } from "@marcbachmann/cel-js";
import { nearestName } from "../values/nearest_name.ts";
import { nodesOf, textOf } from "./ast_nodes.ts";
import { CelError } from "./cel_error.ts";
import { isTimeZone } from "./time_functions.ts";

/**
 * Checks every literal of an expression that has a form of its own.
 *
 * @throws {CelError} for one that no callback makes right.
 */
export function checkLiterals(ast: ASTNode): void {
  for (const node of nodesOf(ast)) {
    if (node.op === "rcall") checkZone(node);
    else if (node.op === "call") checkConversion(node);
  }
}

function checkZone({ args }: ASTNode): void {
  const [name, , [zone]] = args as readonly [string, ASTNode, readonly ASTNode[]];
  if (!/^get[A-Z]/.test(name) || zone?.op !== "value" || typeof zone.args !== "string") return;
  if (isTimeZone(zone.args)) return;
  throw new CelError(`there is no time zone "${zone.args}"${zoneHint(zone.args)}`, zone.start);
}

function zoneHint(zone: string): string {
  const near = nearestName(zone, Intl.supportedValuesOf("timeZone"));
  if (zone.includes("/") && near !== undefined) return `, did you mean "${near}"?`;
  return '; write one such as "Asia/Shanghai", "UTC" or "+08:00"';
}

const examples: Readonly<Record<string, string>> = {
  timestamp: "timestamp('2026-01-31T08:00:00Z')",
  duration: "duration('90s') or duration('1h30m')",
};

const literals = new Environment();

function checkConversion(node: ASTNode): void {
  const [name, [value]] = node.args as readonly [string, readonly ASTNode[]];
  if (!Object.hasOwn(examples, name)) return;
  if (value?.op !== "value" || typeof value.args !== "string") return;
  try {
    literals.evaluate(textOf(node));
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const message = `"${value.args}" is no ${name}; write one such as ${examples[name]}`;
    throw new CelError(message, value.start, error);
  }
}
