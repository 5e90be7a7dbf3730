import type { Chain } from "../chain/chain.ts";
import { disposeChains } from "../chain/dispose_chains.ts";

/**
 * Chains that answer requests. When others take their place, the requests under way go on with
 * them. After the last of these they release their resources. A rule whose chain ran out of time is
 * not waited for.
 */
export class ChainsInForce {
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #failed: (error: Error) => void;
  #running = 0;
  #released: (() => void) | undefined;

  /** `failed` is called if a rule cannot release its resources. */
  constructor(chains: ReadonlyMap<string, Chain>, failed: (error: Error) => void) {
    this.#chains = chains;
    this.#failed = failed;
  }

  /** A request begins that needs the chains until {@link end}. */
  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    this.#release();
  }

  /**
   * Others have taken their place, or the router stops: no request begins any more. `released` is
   * called when the last request of these is answered.
   */
  replaced(released: () => void): void {
    this.#released = released;
    this.#release();
  }

  #release(): void {
    const released = this.#released;
    if (released === undefined || this.#running > 0) return;
    this.#released = undefined;
    for (const error of disposeChains(this.#chains)) this.#failed(error);
    released();
  }
}
