import type { Chain } from "./chain.ts";
import { errorOf } from "../values/thrown.ts";

/**
 * Lets go of what the rules of chains took hold of; nothing may run with them any more. A rule that
 * fails at it keeps no other one from it. Returns what failed.
 */
export function disposeChains(chains: ReadonlyMap<string, Chain>): readonly Error[] {
  const failures: Error[] = [];
  for (const { links } of chains.values()) {
    for (const { rule } of links) {
      try {
        rule.dispose?.();
      } catch (error) {
        failures.push(errorOf(error));
      }
    }
  }
  return failures;
}
