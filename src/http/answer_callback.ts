import { Budget } from "../chain/budget.ts";
import { type Chain, type LinkFailure, runChain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries, NewDelivery } from "../chain/deliveries.ts";
import type { Callback } from "../openim/callback.ts";
import { plainContinue, type Verdict } from "../openim/verdict.ts";

/** What the operator is told about a callback's way. */
export interface CallbackEvents {
  /** A link could not do its work. */
  readonly linkFailed: (callback: Callback, failure: LinkFailure) => void;
  /** Deliveries could not be stored and are lost unless OpenIM's event is repeated. */
  readonly notStored: (
    callback: Callback,
    deliveries: readonly NewDelivery[],
    error: Error,
  ) => void;
}

/** What answering needs. */
export interface AnswerContext {
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly events: CallbackEvents;
}

/** A verdict, and what the answer says besides. */
export interface Answer {
  readonly verdict: Verdict;
  readonly note?: string;
}

/**
 * Runs a callback's chain and stores what it asks to deliver. Never throws: what fails here must
 * not stop the chat.
 */
export async function answerCallback(
  chain: Chain,
  callback: Callback,
  { deliveries, clock, events }: AnswerContext,
): Promise<Answer> {
  const budget = new Budget(chain.budget, clock);
  try {
    const running = runChain(chain, callback, { clock, budget });
    const result = running instanceof Promise ? await running : running;
    for (const failure of result.failures) events.linkFailed(callback, failure);
    // OpenIM does not wait for after-callbacks; some versions report a refusal of what is done
    const verdict = chain.timing === "after" ? plainContinue : result.verdict;
    if (result.deliveries.length === 0) return { verdict };
    try {
      await budget.race(deliveries.store(result.deliveries));
      return { verdict };
    } catch (error) {
      events.notStored(callback, result.deliveries, error as Error);
      return { verdict, note: notStoredNote(result.deliveries, error as Error) };
    }
  } finally {
    budget.end();
  }
}

function notStoredNote(deliveries: readonly NewDelivery[], error: Error): string {
  const targets = [...new Set(deliveries.map(({ target }) => target))].join(", ");
  return `${deliveries.length} not stored for delivery to ${targets}: ${error.message}`;
}
