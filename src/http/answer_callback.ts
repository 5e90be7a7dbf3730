import { Budget } from "../chain/budget.ts";
import { type Chain, type ChainResult, type LinkFailure, runChain } from "../chain/chain.ts";
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
 * Runs a callback's chain and stores what it asks to deliver; returns a promise only where there is
 * something to wait for. Never throws: what fails here must not stop the chat.
 */
export function answerCallback(
  chain: Chain,
  callback: Callback,
  context: AnswerContext,
): Answer | Promise<Answer> {
  const { clock } = context;
  const budget = new Budget(chain.budget, clock);
  const result = runChain(chain, callback, { clock, budget });
  if (!(result instanceof Promise) && result.deliveries.length === 0) {
    budget.end();
    return answerOf(chain, callback, result, context);
  }
  return answerLater({ chain, callback, budget, result }, context);
}

async function answerLater(
  { chain, callback, budget, result: running }: {
    readonly chain: Chain;
    readonly callback: Callback;
    readonly budget: Budget;
    readonly result: ChainResult | Promise<ChainResult>;
  },
  context: AnswerContext,
): Promise<Answer> {
  try {
    const result = await running;
    const answer = answerOf(chain, callback, result, context);
    if (result.deliveries.length === 0) return answer;
    try {
      await budget.race(context.deliveries.store(result.deliveries));
      return answer;
    } catch (error) {
      context.events.notStored(callback, result.deliveries, error as Error);
      return { ...answer, note: notStoredNote(result.deliveries, error as Error) };
    }
  } finally {
    budget.end();
  }
}

function answerOf(
  chain: Chain,
  callback: Callback,
  { verdict, failures }: ChainResult,
  { events }: AnswerContext,
): Answer {
  for (const failure of failures) events.linkFailed(callback, failure);
  // OpenIM does not wait for after-callbacks; some versions report a refusal of what is done
  return { verdict: chain.timing === "after" ? plainContinue : verdict };
}

function notStoredNote(deliveries: readonly NewDelivery[], error: Error): string {
  const targets = [...new Set(deliveries.map(({ target }) => target))].join(", ");
  return `${deliveries.length} not stored for delivery to ${targets}: ${error.message}`;
}
