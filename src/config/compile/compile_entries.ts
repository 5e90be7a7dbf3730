/**
 * From the entries of a chain, which are rules, groups and named chains, to its links in order.
 *
 * @module
 */
import { z } from "zod";
import type { Branch, Link, Within } from "../../chain/chain.ts";
import type { Expression } from "../../chain/expression.ts";
import { OptionError } from "../../chain/rule.ts";
import { didYouMean } from "../../values/nearest_name.ts";
import { compileRule, placeName, type RuleCompileContext, type RulePlace } from "./compile_rule.ts";
import type { Condition } from "./notification_guard.ts";
import { explainName } from "./explain_names.ts";
import { groupEntry, type RulesFile } from "../sections/rules_file.ts";
import { addOnce, schemaProblems } from "../source/schema_problems.ts";
import type { UnreachableRules } from "./unreachable_rules.ts";
import { typedExpression, type Warn } from "./typed_expression.ts";
import { isObject } from "../../openim/exact_json.ts";

/** What compiling entries needs. */
export interface EntriesContext extends RuleCompileContext {
  /** The named chains. */
  readonly named: RulesFile["chains"];
  /** Notes which rules are reached. */
  readonly unreachable: UnreachableRules;
  /** The names of those that were used somewhere. */
  readonly usedNames: Set<string>;
}

/** Where entries stand; its path is that of their list. */
export interface EntriesPlace extends RulePlace {
  /** The conditions of the groups around. */
  readonly within: readonly Within[];
  /** The named chains around, outermost first. */
  readonly inside: readonly string[];
}

/** The `"use"` of an entry that stands for a named chain. */
const chainUse = "chain";

/** An entry that stands for a named chain. */
export const chainEntry = z.strictObject({
  use: z.literal(chainUse).describe("Runs the rules of a named chain."),
  chain: z.string().min(1).describe('A name under "chains".'),
  when: z.string().min(1).optional().describe("CEL: the chain's rules run if this is true."),
}).describe("Runs the rules of a named chain.");

/** Compiles entries; what is wrong with one is noted and the others are looked at. */
export function compileEntries(
  entries: readonly unknown[],
  place: EntriesPlace,
  context: EntriesContext,
): readonly Link[] {
  return entries.flatMap((entry, index) => {
    const here = { ...place, path: [...place.path, index] };
    if (isObject(entry)) {
      if (entry.use === chainUse) return compileNamed(entry, here, context);
      if (entry.use === undefined && "rules" in entry) return compileGroup(entry, here, context);
    }
    const compiled = compileRule(entry, here, context);
    if (compiled === undefined) return [];
    const link = { ...compiled, within: place.within };
    context.unreachable.met(here.path, link);
    return [link];
  });
}

function compileGroup(
  entry: unknown,
  place: EntriesPlace,
  context: EntriesContext,
): readonly Link[] {
  const group = checked(groupEntry, entry, place, context);
  if (group === undefined) return [];
  const branch = branchOf(group.when, place, context);
  return (["rules", "else"] as const).flatMap((side) => {
    const path = [...place.path, side];
    const taken = side === "rules";
    const within = [...place.within, { branch, taken }];
    const conditions = [...place.conditions, conditionOf(group.when, place, taken)];
    return compileEntries(group[side] ?? [], { ...place, path, within, conditions }, context);
  });
}

function compileNamed(
  entry: unknown,
  place: EntriesPlace,
  context: EntriesContext,
): readonly Link[] {
  const use = checked(chainEntry, entry, place, context);
  if (use === undefined) return [];
  const { chain: name, when } = use;
  const path = [...place.path, "chain"];
  const note = (message: string) => addOnce(context.problems, { path, message });
  const rules = Object.hasOwn(context.named, name) ? context.named[name] : undefined;
  if (rules === undefined) {
    const known = Object.keys(context.named);
    note(`there is no chain "${name}"${didYouMean(name, known) || '; name it under "chains"'}`);
    return [];
  }
  context.usedNames.add(name);
  if (place.inside.includes(name)) {
    const round = [...place.inside.slice(place.inside.indexOf(name)), name].join(" > ");
    note(`the chain "${name}" would run without end: ${round}`);
    return [];
  }
  const within = when === undefined
    ? place.within
    : [...place.within, { branch: branchOf(when, place, context), taken: true }];
  return compileEntries(rules, {
    ...place,
    path: ["chains", name],
    shared: `the chain "${name}" is used for it`,
    within,
    conditions: when === undefined
      ? place.conditions
      : [...place.conditions, conditionOf(when, place, true)],
    via: `${place.via}${placeName(place.path)} > `,
    inside: [...place.inside, name],
  }, context);
}

function conditionOf(source: string, { outputs }: EntriesPlace, taken: boolean): Condition {
  return { source, scope: outputs.scope, taken };
}

/** The condition of a group; one that is wrong is noted, and the group's rules are looked at. */
function branchOf(when: string, place: EntriesPlace, context: EntriesContext): Branch {
  const name = placeName(place.path);
  try {
    const warn: Warn = (option, message, offset) =>
      addOnce(context.warnings, { path: [...place.path, ...option], message, offset });
    const condition = typedExpression(place.outputs.scope, ["when"], when, "bool", warn);
    return { name, when: condition as Expression<boolean> };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const { offset } = error;
    const names = { ...context, isShared: place.shared !== undefined };
    const message = explainName(error.cause, names) ?? error.message;
    addOnce(context.problems, {
      path: [...place.path, "when"],
      offset,
      message: place.shared === undefined
        ? message
        : `${message} (for ${place.about.command}: ${place.shared})`,
    });
    return { name, when: () => false };
  }
}

function checked<Schema extends z.ZodObject>(
  schema: Schema,
  entry: unknown,
  { path }: EntriesPlace,
  { problems }: EntriesContext,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(entry);
  if (parsed.success) return parsed.data;
  for (const problem of schemaProblems(schema, parsed.error.issues)) {
    addOnce(problems, { ...problem, path: [...path, ...problem.path] });
  }
  return undefined;
}
