import { Budget, BudgetError } from "../chain/budget.ts";
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
 * something to wait for. Never throws: what fails here must not stop the chat. `header` reads the
 * callback's own headers.
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
  if (!(result instanceof Promise) && result.deliveries.length === 0) {
    budget.end();
    return answerOf(run, result, context);
  }
  return answerLater(run, result, context);
}

/** One callback's way through its chain. */
interface Run {
  readonly chain: Chain;
  readonly callback: Callback;
  readonly budget: Budget;
  readonly watch: CallbackWatch | undefined;
}

async function answerLater(
  run: Run,
  running: ChainResult | Promise<ChainResult>,
  context: AnswerContext,
): Promise<Answer> {
  const { callback, budget, watch } = run;
  try {
    const result = await running;
    const answer = answerOf(run, result, context);
    if (result.deliveries.length === 0) return answer;
    const began = context.clock.monotonic();
    const error = await notStored(result.deliveries, budget, context);
    watch?.stored(context.clock.monotonic() - began);
    if (error === undefined) return answer;
    context.events.notStored(callback, result.deliveries, error);
    return { ...answer, note: notStoredNote(result.deliveries, error) };
  } finally {
    budget.end();
  }
}

/** Stores deliveries; returns why that failed, if it did. */
async function notStored(
  deliveries: readonly NewDelivery[],
  chainBudget: Budget,
  context: AnswerContext,
): Promise<Error | undefined> {
  const ample = chainBudget.remaining >= storingReserve;
  const budget = ample ? chainBudget : new Budget(storingReserve, context.clock);
  try {
    await budget.race(context.deliveries.store(deliveries));
    return undefined;
  } catch (error) {
    if (error instanceof BudgetError) return new StoreTimeout("the outbox did not answer in time");
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    if (!ample) budget.end();
  }
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
  return `${deliveries.length} not stored for delivery to ${targets}: ${error.message}`;
}
