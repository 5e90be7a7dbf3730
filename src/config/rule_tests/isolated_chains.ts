import type { Chain } from "../../chain/chain.ts";
import type { RuleServices } from "../../chain/rule.ts";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import { createRegistry } from "../../plugins/registry.ts";
import { compileChains } from "../compile/compile_chains.ts";
import type { LoadedRules } from "../load/load_rules.ts";

/** What chains of one's own are compiled with. */
export interface IsolatedContext {
  readonly definitions: readonly RuleDefinition[];
  /** Counters and the like that nothing else uses. */
  readonly services: Omit<RuleServices, "files">;
}

/**
 * The chains of a few commands, compiled anew from a rules file that is in order, so that what its
 * rules count and remember is theirs alone.
 */
export function isolatedChains(
  plugins: Iterable<Plugin>,
  { settings, files }: Pick<LoadedRules, "settings" | "files">,
  { definitions, services }: IsolatedContext,
): ReadonlyMap<string, Chain> {
  // the few commands that are asked for; that the others are in order is known
  const found = [...plugins].map((plugin) => ({ plugin, file: plugin.command }));
  const registry = createRegistry(found);
  return compileChains(settings, { registry, definitions, services: { ...services, files } })
    .chains;
}
