import type { Chain } from "./chain.ts";
import { errorOf } from "../values/thrown.ts";

/**
 * Disposes the rules of chains, which nothing may use any more. If one fails, the others are still
 * disposed. Returns what failed.
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
