import type { RuleDefinition } from "../../extension/define_rule.ts";
import { UnknownNameError } from "../../expressions/cel_error.ts";
import { didYouMean } from "../../values/nearest_name.ts";

/** What is known of the place of an expression that names something unknown. */
export interface NamesContext {
  readonly definitions: readonly RuleDefinition[];
  /** Every field that some command has. */
  readonly fields: ReadonlySet<string>;
  /** Whether the rule is compiled for several commands. */
  readonly isShared: boolean;
}

/**
 * What the rules file as a whole tells of an unknown name: that a rule before has to give it, or
 * that only some of the commands have it. Undefined if it says nothing about the name.
 */
export function explainName(error: unknown, context: NamesContext): string | undefined {
  if (!(error instanceof UnknownNameError)) return undefined;
  const { unknown, object, member, known } = error.about;
  const [output = unknown, name] = pathOf(object);
  const givers = context.definitions.filter((definition) => definition.output === output);
  if (givers.length === 0) {
    return object === "" && context.isShared && context.fields.has(unknown)
      ? ofSomeCommands(unknown)
      : undefined;
  }
  if (name !== undefined) return noSuchPart(error.about, givers[0]!);
  if (object === "") return notGiven(output, givers, member);
  const given = didYouMean(unknown, known) || `; before it stand "${known.join('", "')}"`;
  return `${missing(output, givers, unknown)}${given}`;
}

/** The steps of `counts`, `counts.a` or `counts['a']`. */
function pathOf(object: string): readonly string[] {
  return object.match(/\w+/g) ?? [];
}

function notGiven(
  output: string,
  givers: readonly RuleDefinition[],
  name: string | undefined,
): string {
  if (name === undefined) {
    return `"${output}" is what earlier rules of the kind ${kinds(givers)} give, and none stands ` +
      "before this rule";
  }
  return `${missing(output, givers, name)}; put one there`;
}

function missing(output: string, givers: readonly RuleDefinition[], name: string): string {
  const [only, ...others] = givers;
  return others.length === 0
    ? `no "${only!.use}" named "${name}" stands before this rule`
    : `no rule before this one gives ${output}.${name}, as ${kinds(givers)} can`;
}

function kinds(givers: readonly RuleDefinition[]): string {
  return givers.map(({ use }) => `"${use}"`).join(", ");
}

function noSuchPart(
  { object, unknown, known }: UnknownNameError["about"],
  { use, parts }: RuleDefinition,
): string {
  const fact = `${object} has no "${unknown}", only "${known.join('", "')}"`;
  return parts === undefined ? fact : `${fact}; write one, or add it to the ${use}'s "${parts}"`;
}

function ofSomeCommands(field: string): string {
  return `not every command here has the field "${field}"; write has(body.${field}) && ` +
    `body.${field} ..., or give the commands that have it a chain of their own`;
}
