import type { Link, Within } from "../../chain/chain.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

type Path = SchemaProblem["path"];

/**
 * Finds the rules that never run because a refusal without a condition stands before them, for
 * every command that they run for.
 */
export class UnreachableRules {
  readonly #places = new Map<string, { readonly path: Path; reached: boolean }>();
  #refusals: (readonly Within[])[] = [];

  /** Begins the chain of another command. */
  nextChain(): void {
    this.#refusals = [];
  }

  /** Notes a rule of the chain, in the order in which they run. */
  met(path: Path, { always, when, within, rule }: Link): void {
    const reached = always || !this.#refusals.some((refusal) => isAround(refusal, within));
    const key = JSON.stringify(path);
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { path, reached });
    else place.reached ||= reached;
    if (rule.refuses && when === undefined) this.#refusals.push(within);
  }

  /** A warning for each rule that is never reached. */
  *warnings(): Generator<SchemaProblem> {
    for (const { path, reached } of this.#places.values()) {
      if (reached) continue;
      const message =
        'this never runs: the refusal before it has no condition; give that a "when", ' +
        "or move this before it";
      yield { path, message };
    }
  }
}

/** Whether what stands in one branch always stands in the other as well. */
function isAround(outer: readonly Within[], inner: readonly Within[]): boolean {
  return outer.every(({ branch, taken }, depth) =>
    inner[depth]?.branch === branch && inner[depth].taken === taken
  );
}
