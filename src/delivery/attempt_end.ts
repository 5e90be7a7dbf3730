import { DeliveryError } from "./delivery_error.ts";
import { meaningOfFailure } from "./failure_meaning.ts";
import type { AttemptRecord, AttemptResult, StoredDelivery } from "./outbox.ts";
import { requestedPause } from "./retry_after.ts";
import { retryDelay, type RetrySchedule } from "./retry_schedule.ts";
import { messageOf } from "../values/thrown.ts";

/** How much of an answer is kept for the operator, characters. */
export const keptAnswer = 2000;

/** How a request went. */
export interface RequestEnd {
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** How long it took, milliseconds. */
  readonly duration: number;
  /** The status and the text of a target that took it. */
  readonly taken?: { readonly status: number; readonly text: string };
  /** What was thrown instead. */
  readonly failure?: unknown;
  /** Whether several deliveries went in it. */
  readonly shared: boolean;
}

/** What follows for one delivery. */
export type AttemptEnd =
  | { readonly result: "delivered" }
  /** It is tried again after `retryIn` milliseconds. */
  | { readonly result: "retry"; readonly retryIn: number; readonly error: string }
  | { readonly result: "dead"; readonly error: string }
  /** The attempt counts for nothing: the target wants none, or the batch was refused as a whole. */
  | { readonly result: "kept"; readonly retryIn: 0; readonly error: string };

/**
 * What follows from a request for one of its deliveries. This is the one place that decides whether
 * and when a delivery is tried again; the outbox keeps the time, and the due queue wakes by it.
 */
export function endOf(
  { createdAt, attempts }: Pick<StoredDelivery, "createdAt" | "attempts">,
  { failure, shared }: Pick<RequestEnd, "failure" | "shared">,
  { retry, now, random }: {
    readonly retry: RetrySchedule;
    /** By the machine's clock, epoch milliseconds. */
    readonly now: number;
    readonly random: () => number;
  },
): AttemptEnd {
  if (failure === undefined) return { result: "delivered" };
  const error = messageOf(failure);
  const meaning = meaningOfFailure(failure);
  if (meaning === "gone") return { result: "kept", retryIn: 0, error };
  if (meaning === "dead") {
    return shared ? { result: "kept", retryIn: 0, error } : { result: "dead", error };
  }
  const attempt = attempts + 1;
  if (attempt >= retry.attempts) return { result: "dead", error };
  const pause = failure instanceof DeliveryError ? requestedPause(failure, now) : undefined;
  const delay = Math.max(pause ?? 0, retryDelay(retry, attempt, random));
  if (now + delay > createdAt + (retry.maxAge ?? Infinity)) return { result: "dead", error };
  return { result: "retry", retryIn: delay, error };
}

/** An end as the outbox writes it down. */
export function resultOf(
  end: AttemptEnd,
  { storeID, attempts }: Pick<StoredDelivery, "storeID" | "attempts">,
  attempt: AttemptRecord,
): AttemptResult {
  switch (end.result) {
    case "delivered":
      return { kind: "delivered", storeID, attempt };
    case "dead":
      return { kind: "dead", storeID, attempts: attempts + 1, error: end.error, attempt };
    case "retry":
    case "kept": {
      const { retryIn, error, result } = end;
      const made = result === "retry" ? attempts + 1 : attempts;
      return { kind: "retry", storeID, attempts: made, retryIn, error, attempt };
    }
  }
}

/** A request as the operator is shown it. */
export function recordOf({ at, duration, taken, failure }: RequestEnd): AttemptRecord {
  const refusal = failure instanceof DeliveryError ? failure : undefined;
  const answer = taken?.text ?? refusal?.answer;
  return {
    at,
    duration: Math.round(duration),
    status: taken?.status ?? refusal?.status,
    error: failure === undefined ? undefined : messageOf(failure),
    // a cut may fall into the middle of a character
    answer: answer?.slice(0, keptAnswer).toWellFormed(),
  };
}
