import type { Chain, LinkTrace } from "../chain/chain.ts";
import type { Callback } from "../openim/callback.ts";
import type { Verdict } from "../openim/verdict.ts";

/** Follows callbacks on their way, for metrics and for the operator's pages. */
export interface CallbackWatcher {
  /** Called for every callback; returns what its steps are reported to. */
  watch(chain: Chain, callback: Callback): CallbackWatch;
}

/** Receives the steps of one callback. All times are in milliseconds. */
export interface CallbackWatch {
  /** What became of a link of the chain. */
  readonly link: (trace: LinkTrace) => void;
  /** What the chain decided, and how long it took. */
  readonly decided: (verdict: Verdict, duration: number) => void;
  /**
   * How long the answer waited until the deliveries were stored, or could not be, with the reason.
   * What is asynchronous may run in another callback's context then.
   */
  readonly stored: (duration: number, error?: Error) => void;
}
