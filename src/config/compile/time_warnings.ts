/**
 * Warnings of times that do not fit each other: a chain's budget and what OpenIM waits, a target's
 * timeout and the budget of the chains that wait for it.
 *
 * @module
 */
import type { Chain } from "../../chain/chain.ts";
import { milliseconds } from "../../values/duration.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { PlacedChain } from "./place_chains.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

/** The `timeout` of OpenIM's own webhooks.yml, and the longest that it takes. */
const openimWaits = { shipped: 5000, longest: 15_000 };

/** A warning if OpenIM does not wait as long as a before-chain may take. */
export function budgetWarning(
  { timing, command }: Pick<Plugin, "timing" | "command">,
  placed: readonly PlacedChain[],
): SchemaProblem | undefined {
  const chain = placed.findLast(({ settings }) => settings.budget !== undefined);
  const budget = chain?.settings.budget;
  if (chain === undefined || budget === undefined || timing === "after") return undefined;
  const time = milliseconds(budget);
  if (time < openimWaits.shipped) return undefined;
  const waits = time < openimWaits.longest
    ? 'OpenIM waits 5s, the "timeout" of its own webhooks.yml; write a shorter budget, or give ' +
      'OpenIM the longer timeout that "deno task webhooks" prints'
    : "OpenIM waits 15s at most; write a shorter budget";
  const message = `${command} may take ${budget}, and ${waits}`;
  return { path: ["callbacks", chain.key, "budget"], message };
}

/** A rule that waits for a target within the budget of a chain. */
export interface WaitingRule {
  readonly target: string;
  readonly chain: Pick<Chain, "command" | "budget">;
}

/**
 * Warnings of timeouts that are written in the file and never apply: the budget of every chain that
 * waits for the target is over before.
 *
 * @param alsoStored the targets that get stored deliveries too, for which the timeout does apply.
 */
export function timeoutWarnings(
  targets: RulesFile["targets"],
  waiting: readonly WaitingRule[],
  alsoStored: ReadonlySet<string>,
  isWritten: (target: string) => boolean,
): readonly SchemaProblem[] {
  return Object.entries(targets).flatMap(([name, { timeout }]) => {
    const chains = waiting.filter(({ target }) => target === name).map(({ chain }) => chain);
    const longest = chains.toSorted((one, other) => other.budget - one.budget)[0];
    if (longest === undefined || alsoStored.has(name) || !isWritten(name)) return [];
    if (milliseconds(timeout) <= longest.budget) return [];
    const message = `the chain of ${longest.command} waits for it, for ${longest.budget} ms at ` +
      'most; write a timeout within that, or a longer "budget" of the chain';
    return [{ path: ["targets", name, "timeout"], message }];
  });
}
