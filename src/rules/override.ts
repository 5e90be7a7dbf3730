import { z } from "zod";
import type { Expression, OutputMembers, Outputs } from "../chain/expression.ts";
import { type Outcome, override as overrideOutcome } from "../chain/outcome.ts";
import { type CommandFacts, OptionError, type RuleContext } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { takenFields } from "../chain/taken_fields.ts";
import { jsonOf } from "../expressions/cel_value.ts";
import { unmetType } from "../expressions/unmet_type.ts";
import { didYouMean } from "../values/nearest_name.ts";
import { type Callback, emptyCallback } from "../openim/callback.ts";

/** Changes fields of what OpenIM goes on with. */
export const override = defineRule({
  use: "override",
  summary: "Replaces values that OpenIM goes on with.",
  timing: "before",
  options: z.strictObject({
    set: z.record(z.string(), z.string().min(1)).refine(
      (fields) => Object.keys(fields).length > 0,
      "name at least one field",
    ).describe("The fields to replace, each with a CEL expression for its value."),
  }),
  compile({ set }, context) {
    const change = compileOverride("set", set, context);
    return { run: (callback, { outputs }) => change(callback, outputs) };
  },
});

/**
 * Compiles fields with an expression each to what replaces them in the answer.
 *
 * @param option where the fields stand.
 * @param further what the expressions see besides.
 * @throws {OptionError} for a field that the server does not take.
 */
export function compileOverride(
  option: string,
  fields: Readonly<Record<string, string>>,
  context: RuleContext,
  further?: OutputMembers,
): (callback: Callback, outputs: Outputs) => Outcome {
  const compiled = Object.entries(fields).map(([field, source]) =>
    [field, compileField([option, field], source, context, further)] as const
  );
  return (callback, outputs) => {
    const values: Record<string, unknown> = {};
    for (const [field, valueOf] of compiled) values[field] = jsonOf(valueOf(callback, outputs));
    return overrideOutcome(takenFields(values, context.about));
  };
}

function compileField(
  option: readonly [string, string],
  source: string,
  context: RuleContext,
  further: OutputMembers | undefined,
): Expression {
  const [, field] = option;
  const { overrides, timing } = context.about;
  if (timing === "after" || !Object.hasOwn(overrides.shape, field)) {
    throw new OptionError(option, noSuchField(field, context.about));
  }
  const { evaluate, shape, isConstant } = context.inferred(option, source, further);
  const problem = isConstant
    ? constantProblem(field, evaluate, context.about)
    : typeProblem(field, shape.type, context.about);
  if (problem !== undefined) throw new OptionError(option, problem);
  return evaluate;
}

/** Why a value that is the same for every callback cannot be sent; undefined when it can. */
function constantProblem(
  field: string,
  evaluate: Expression,
  about: CommandFacts,
): string | undefined {
  try {
    takenFields({ [field]: jsonOf(evaluate(emptyCallback(), {})) }, about);
    return undefined;
  } catch (error) {
    // CEL's messages go on with the expression, which the rules file shows already
    return (error as Error).message.split("\n", 1)[0];
  }
}

/** Why no value of an expression's type can be sent; undefined when one could be. */
function typeProblem(field: string, type: string, about: CommandFacts): string | undefined {
  const wanted = unmetType(about.overrides.shape[field]!, type);
  return wanted === undefined
    ? undefined
    : `${about.command} takes ${wanted} for "${field}", but this gives ${type}`;
}

function noSuchField(field: string, about: CommandFacts): string {
  const { command, timing, overrides, ignoredOverrides } = about;
  if (timing === "after") return `${command} is an after-callback, which takes no overrides`;
  if (ignoredOverrides.includes(field)) {
    return `OpenIM decodes "${field}" in the answer to ${command} and drops it; leave it out`;
  }
  const known = Object.keys(overrides.shape);
  if (known.length === 0) return `${command} takes no overrides`;
  const hint = didYouMean(field, known) || `; it takes ${known.join(", ")}`;
  return `${command} takes no override "${field}"${hint}`;
}
