/**
 * How a kind of rule becomes known to the router: one file that exports what is made here.
 *
 * @module
 */
import type { z } from "zod";
import type { CompiledRule, RuleContext } from "../chain/rule.ts";

/** A kind of rule: what its options are and how they become a {@link CompiledRule}. */
export interface RuleDefinition<Options extends z.ZodObject = z.ZodObject> {
  /** The name in `"use"`. */
  readonly use: string;
  /** One sentence for the documentation and the JSON Schema. */
  readonly summary: string;
  readonly options: Options;
  /** The output under which `compile` provides something, if it does. */
  readonly output?: string;
  /** The option that names the parts of what it provides, such as a count's windows. */
  readonly parts?: string;
  /**
   * `before` when the rule, or the rule with these options, means nothing in an after-chain, which
   * then gets a warning.
   */
  readonly timing?: "before" | ((options: z.output<Options>) => "before" | undefined) | undefined;
  /**
   * The CEL condition, beside its `when`, under which the rule with these options may refuse: "true"
   * if it always may, undefined if it never does.
   */
  readonly refusesWhen?: ((options: z.output<Options>) => string | undefined) | undefined;
  /** What it does in an after-chain all the same, for that warning; "does nothing" by default. */
  readonly inAfterChain?: string;
  /**
   * Runs once for each command when the rules file is loaded; everything costly or fallible
   * happens here.
   *
   * @throws {OptionError} for an option that cannot be.
   */
  compile(options: z.output<Options>, context: RuleContext): CompiledRule;
}

/** Defines a kind of rule; the type of `options` flows into `compile`. */
export function defineRule<const Options extends z.ZodObject>(
  definition: RuleDefinition<Options>,
): RuleDefinition {
  return definition as RuleDefinition;
}
