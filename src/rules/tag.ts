/**
 * Tags: what a rule with `"action": "tag"` finds out about a callback and leaves to later rules.
 *
 * @module
 */
import { type Outcome, pass } from "../chain/outcome.ts";
import { OptionError, type RuleContext, type RuleScope } from "../chain/rule.ts";
import { outputName } from "./output_name.ts";

/** The option that names a rule's tag. */
export const tagOption = outputName.optional().describe(
  'The tag\'s name, for "action": "tag". Later rules see tags.<tag>, which is true if the ' +
    "rule applies.",
);

/** What a rule's options say about its tag. */
export interface TagOptions {
  readonly action: string;
  readonly tag?: string | undefined;
}

/**
 * Announces a rule's tag and returns what sets it; undefined when the rule has another action. A
 * tag that another rule has set stays: the rules that share a tag say "one of us found something".
 *
 * @throws {OptionError} when the tag and the action do not go together.
 */
export function compileTag(
  { action, tag }: TagOptions,
  context: RuleContext,
): ((scope: RuleScope) => Outcome) | undefined {
  if (action !== "tag") {
    if (tag === undefined) return undefined;
    throw new OptionError(["tag"], `the action is "${action}"; a tag needs "action": "tag"`);
  }
  if (tag === undefined) {
    throw new OptionError(["tag"], '"action": "tag" needs the name of a tag, such as "suspicious"');
  }
  context.provide("tags", tag, "bool");
  return (scope) => {
    scope.output("tags", tag, true);
    return pass();
  };
}
