import { DeliveryError } from "./delivery_error.ts";
import { meaningOfFailure } from "./failure_meaning.ts";
import type { AttemptRecord, AttemptResult, StoredDelivery } from "./outbox.ts";
import { requestedPause } from "./retry_after.ts";
import { retryDelay, type RetrySchedule } from "./retry_schedule.ts";

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
  | { readonly result: "retry"; readonly dueAt: number; readonly error: string }
  | { readonly result: "dead"; readonly error: string }
  /** The attempt counts for nothing: the target wants none, or the batch was refused as a whole. */
  | { readonly result: "kept"; readonly dueAt: number; readonly error: string };

/** The times that an end depends on, epoch milliseconds. */
export interface EndTimes {
  /** By the courier's steady clock, by which deliveries are due. */
  readonly now: number;
  /** By the machine's own, by which callbacks come. */
  readonly wall: number;
}

/** What follows from a request for one of its deliveries. */
export function endOf(
  { createdAt, attempts }: Pick<StoredDelivery, "createdAt" | "attempts">,
  { failure, shared }: Pick<RequestEnd, "failure" | "shared">,
  { retry, now, wall, random }: EndTimes & {
    readonly retry: RetrySchedule;
    readonly random: () => number;
  },
): AttemptEnd {
  if (failure === undefined) return { result: "delivered" };
  const error = messageOf(failure);
  const meaning = meaningOfFailure(failure);
  if (meaning === "gone") return { result: "kept", dueAt: now, error };
  if (meaning === "dead") {
    return shared ? { result: "kept", dueAt: now, error } : { result: "dead", error };
  }
  const attempt = attempts + 1;
  if (attempt >= retry.attempts) return { result: "dead", error };
  const pause = failure instanceof DeliveryError ? requestedPause(failure, wall) : undefined;
  const delay = Math.max(pause ?? 0, retryDelay(retry, attempt, random));
  if (wall + delay > createdAt + (retry.maxAge ?? Infinity)) return { result: "dead", error };
  return { result: "retry", dueAt: now + delay, error };
}

/** An end as the outbox writes it down. */
export function resultOf(
  end: AttemptEnd,
  { sequence, attempts }: Pick<StoredDelivery, "sequence" | "attempts">,
  attempt: AttemptRecord,
): AttemptResult {
  switch (end.result) {
    case "delivered":
      return { kind: "delivered", sequence, attempt };
    case "dead":
      return { kind: "dead", sequence, attempts: attempts + 1, error: end.error, attempt };
    case "retry":
    case "kept": {
      const { dueAt, error, result } = end;
      const made = result === "retry" ? attempts + 1 : attempts;
      return { kind: "retry", sequence, attempts: made, dueAt, error, attempt };
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

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
