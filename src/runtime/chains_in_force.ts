import type { Chain } from "../chain/chain.ts";
import { disposeChains } from "../chain/dispose_chains.ts";
import type { UnderWay } from "../http/callback_handler.ts";

/**
 * Chains that requests are answered by. When others take their place, the requests under way go on
 * with them, and after the last of these they let go of what they took hold of. A rule that was
 * given up, because its chain's time was over, is not waited for.
 */
export class ChainsInForce implements UnderWay {
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #failed: (error: Error) => void;
  #running = 0;
  #letGoToo: (() => void) | undefined;

  /** `failed` is told when a rule could not let go. */
  constructor(chains: ReadonlyMap<string, Chain>, failed: (error: Error) => void) {
    this.#chains = chains;
    this.#failed = failed;
  }

  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    this.#letGo();
  }

  /**
   * Others have taken their place: no request begins any more. `letGoToo` is called when the last
   * request of these is answered.
   */
  replaced(letGoToo: () => void): void {
    this.#letGoToo = letGoToo;
    this.#letGo();
  }

  #letGo(): void {
    if (this.#letGoToo === undefined || this.#running > 0) return;
    for (const error of disposeChains(this.#chains)) this.#failed(error);
    this.#letGoToo();
  }
}
