import { Budget } from "../chain/budget.ts";
import { type Chain, type ChainResult, type LinkFailure, runChain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries, NewDelivery } from "../chain/deliveries.ts";
import { finalVerdict } from "../chain/final_verdict.ts";
import type { ReadHeader, TraceContext } from "../chain/trace_context.ts";
import type { DroppedOverride } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import type { Verdict } from "../openim/verdict.ts";
import { deadline, DeadlineError } from "../values/deadline.ts";
import type { CallbackWatch, CallbackWatcher } from "./callback_watch.ts";
import { errorOf } from "../values/thrown.ts";

/** What is reported of a callback on its way. */
export interface CallbackEvents {
  /** A link could not do its work. */
  readonly linkFailed: (callback: Callback, failure: LinkFailure) => void;
  /** Overrides, or parts of them, were left out because they would break the server. */
  readonly overridesDropped: (callback: Callback, dropped: readonly DroppedOverride[]) => void;
  /**
   * The answer could not wait until deliveries were stored; {@link storedLate} or
   * {@link notStored} follows.
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
 * Runs a callback's chain and stores what it asks to deliver. What fails in the chain or in the
 * store does not fail the answer: it must not stop the chat. `header` reads the callback's own
 * headers.
 */
export async function answerCallback(
  chain: Chain,
  callback: Callback,
  context: AnswerContext,
  header?: ReadHeader,
): Promise<Answer> {
  const { clock, traceOf } = context;
  const budget = new Budget(chain.budget, clock);
  try {
    const watch = context.watcher?.watch(chain, callback);
    const traceContext = traceOf && header && (() => traceOf(header));
    const running = runChain(chain, callback, { clock, budget, trace: watch?.link, traceContext });
    // most chains wait for nothing
    const result = running instanceof Promise ? await running : running;
    const run = { chain, callback, watch };
    const answer = answerOf(run, result, context);
    const within = Math.max(budget.remaining, storingReserve);
    return await answerStored(run, { answer, deliveries: result.deliveries, within }, context);
  } finally {
    budget.end();
  }
}

/** One callback's way through its chain. */
interface Run {
  readonly chain: Chain;
  readonly callback: Callback;
  readonly watch: CallbackWatch | undefined;
}

/** Answers when what the chain asked to deliver is stored, or cannot be. */
async function answerStored(
  { callback, watch }: Run,
  { answer, deliveries, within }: {
    readonly answer: Answer;
    readonly deliveries: readonly NewDelivery[];
    readonly within: number;
  },
  context: AnswerContext,
): Promise<Answer> {
  if (deliveries.length === 0) return answer;
  const { clock, events } = context;
  const began = clock.monotonic();
  const storing = store(deliveries, context);
  const message = "the outbox did not answer in time, and may still store it";
  const error = await deadline(storing, { within, message, clock }).then(() => undefined, errorOf);
  const isLate = error instanceof DeadlineError;
  const reason = isLate ? new StoreTimeout(message) : error;
  watch?.stored(clock.monotonic() - began, reason);
  if (reason === undefined) return answer;
  if (isLate) {
    events.storingLate(callback, deliveries);
    storing.then(
      () => events.storedLate(callback, deliveries),
      (cause) => events.notStored(callback, deliveries, errorOf(cause)),
    );
  } else events.notStored(callback, deliveries, reason);
  return { ...answer, note: notStoredNote(deliveries, reason) };
}

/** Stores deliveries; a store that throws is one that rejects. */
async function store(deliveries: readonly NewDelivery[], context: AnswerContext): Promise<void> {
  await context.deliveries.store(deliveries);
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
