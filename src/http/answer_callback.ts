import { Budget } from "../chain/budget.ts";
import { type Chain, type ChainResult, type LinkFailure, runChain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries, NewDelivery } from "../chain/deliveries.ts";
import { finalVerdict } from "../chain/final_verdict.ts";
import type { ReadHeader, TraceContext } from "../chain/trace_context.ts";
import type { DroppedOverride } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import type { Verdict } from "../openim/verdict.ts";
import type { CallbackWatch, CallbackWatcher } from "./callback_watch.ts";

/** What the operator is told about a callback's way. */
export interface CallbackEvents {
  /** A link could not do its work. */
  readonly linkFailed: (callback: Callback, failure: LinkFailure) => void;
  /** Overrides, or parts of them, were left out because they would break the server. */
  readonly overridesDropped: (callback: Callback, dropped: readonly DroppedOverride[]) => void;
  /**
   * The answer could not wait until deliveries were stored; {@link storedLate} or
   * {@link notStored} tells what became of them.
   */
  readonly storingLate: (callback: Callback, deliveries: readonly NewDelivery[]) => void;
  /** Deliveries were stored after all, when their callback had been answered. */
  readonly storedLate: (callback: Callback, deliveries: readonly NewDelivery[]) => void;
  /** Deliveries could not be stored and are lost unless OpenIM's event is repeated. */
  readonly notStored: (
    callback: Callback,
    deliveries: readonly NewDelivery[],
    error: Error,
  ) => void;
}

/**
 * The least time that storing gets, milliseconds: rules that have spent the chain's budget take
 * none of it. With the budget of 4 s it stays below the 5 s that OpenIM waits.
 */
const storingReserve = 500;

/** The outbox did not say in time that it stored deliveries; it may still do so. */
export class StoreTimeout extends Error {
  override readonly name = "StoreTimeout";
}

/** What answering needs. */
export interface AnswerContext {
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly events: CallbackEvents;
  /** Measures every callback; without one nothing is measured. */
  readonly watcher?: CallbackWatcher | undefined;
  /** The trace that a callback belongs to, from its headers or from what is known here. */
  readonly traceOf?: ((header: ReadHeader) => TraceContext | undefined) | undefined;
}

/** A verdict, and what the answer says besides. */
export interface Answer {
  readonly verdict: Verdict;
  readonly note?: string;
}

/**
 * Runs a callback's chain and stores what it asks to deliver; returns a promise only where there is
 * something to wait for. What fails in the chain or in the store does not fail the answer: it must
 * not stop the chat. `header` reads the callback's own headers.
 */
export function answerCallback(
  chain: Chain,
  callback: Callback,
  context: AnswerContext,
  header?: ReadHeader,
): Answer | Promise<Answer> {
  const { clock, traceOf } = context;
  const budget = new Budget(chain.budget, clock);
  const watch = context.watcher?.watch(chain, callback);
  const run = { chain, callback, budget, watch };
  const traceContext = traceOf && header && (() => traceOf(header));
  const result = runChain(chain, callback, { clock, budget, trace: watch?.link, traceContext });
  if (!(result instanceof Promise)) return answerStored(run, result, context);
  return result.then((settled) => answerStored(run, settled, context), (error) => {
    budget.end();
    throw error;
  });
}

/** One callback's way through its chain. */
interface Run {
  readonly chain: Chain;
  readonly callback: Callback;
  readonly budget: Budget;
  readonly watch: CallbackWatch | undefined;
}

/** Answers when what the chain asked to deliver is stored, or cannot be. */
function answerStored(
  run: Run,
  result: ChainResult,
  context: AnswerContext,
): Answer | Promise<Answer> {
  const { callback, budget: chainBudget, watch } = run;
  const { deliveries } = result;
  const answer = answerOf(run, result, context);
  if (deliveries.length === 0) {
    chainBudget.end();
    return answer;
  }
  const began = context.clock.monotonic();
  const ample = chainBudget.remainingAt(began) >= storingReserve;
  const budget = ample ? chainBudget : new Budget(storingReserve, context.clock);
  // by hand in place of a race and an async function: each promise costs every callback
  return new Promise((resolve, reject) => {
    let waiting = true;
    const { events } = context;
    const end = (error?: Error) => {
      if (!waiting) {
        if (error === undefined) events.storedLate(callback, deliveries);
        else events.notStored(callback, deliveries, error);
        return;
      }
      waiting = false;
      budget.end();
      if (!ample) chainBudget.end();
      try {
        watch?.stored(context.clock.monotonic() - began, error);
        if (error === undefined) return resolve(answer);
        if (error instanceof StoreTimeout) events.storingLate(callback, deliveries);
        else events.notStored(callback, deliveries, error);
        resolve({ ...answer, note: notStoredNote(deliveries, error) });
      } catch (failure) {
        // it may be a timer's turn, in which nobody else would hear of it
        reject(failure);
      }
    };
    budget.whenSpent(
      () => end(new StoreTimeout("the outbox did not answer in time, and may still store it")),
      began,
    );
    store(deliveries, context).then(() => end(), (cause) => end(errorOf(cause)));
  });
}

/** Stores deliveries; a store that throws is one that rejects. */
function store(deliveries: readonly NewDelivery[], context: AnswerContext): Promise<void> {
  try {
    return context.deliveries.store(deliveries);
  } catch (error) {
    return Promise.reject(error);
  }
}

function errorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

function answerOf(
  { chain, callback, watch }: Run,
  { verdict, failures, duration }: ChainResult,
  { events }: AnswerContext,
): Answer {
  for (const failure of failures) events.linkFailed(callback, failure);
  const { verdict: final, dropped } = finalVerdict(chain, callback, verdict);
  if (dropped.length > 0) events.overridesDropped(callback, dropped);
  watch?.decided(final, duration);
  return { verdict: final };
}

function notStoredNote(deliveries: readonly NewDelivery[], error: Error): string {
  const targets = [...new Set(deliveries.map(({ target }) => target))].join(", ");
  const what = error instanceof StoreTimeout ? "not stored yet" : "not stored";
  return `${deliveries.length} ${what} for delivery to ${targets}: ${error.message}`;
}
