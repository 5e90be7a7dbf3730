import type { CommandFacts } from "../../chain/rule.ts";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

/** A rule that means something in before-chains alone, as it was compiled for one command. */
export interface MetRule {
  readonly path: readonly (string | number)[];
  readonly definition: RuleDefinition;
  readonly about: CommandFacts;
  /** Whether it stands in a chain that may run for other commands too. */
  readonly isShared: boolean;
}

/**
 * Finds the rules that could refuse or replace something and never will, because every command
 * that they run for is an after-callback. Where some of the commands are before-callbacks, the rule
 * does its work for those, and there is nothing to warn of.
 */
export class BeforeRules {
  readonly #places = new Map<string, { readonly rule: MetRule; useful: boolean }>();

  /** Notes that a rule was compiled for a command. */
  met(rule: MetRule): void {
    const key = JSON.stringify(rule.path);
    const useful = rule.about.timing === "before";
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { rule, useful });
    else place.useful ||= useful;
  }

  /** A warning for each rule that met no before-callback. */
  *warnings(): Generator<SchemaProblem> {
    for (const { rule: { path, definition, about, isShared }, useful } of this.#places.values()) {
      if (useful) continue;
      const { use, inAfterChain = "does nothing" } = definition;
      const reason = isShared
        ? "it runs for after-callbacks alone, which OpenIM does not wait for"
        : `${about.command} is an after-callback, which OpenIM does not wait for`;
      yield { path: [...path, "use"], message: `"${use}" ${inAfterChain} here: ${reason}` };
    }
  }
}
