import { DeliveryError } from "./delivery_error.ts";

/**
 * What a failure means for a delivery: `retry`, it may be taken later; `dead`, the same request will
 * get the same answer; `gone`, the target wants no deliveries any more.
 */
export type FailureMeaning = "retry" | "dead" | "gone";

/** Answers below 500 that say "not now" rather than "never": timeout, too early, too many. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * What a status that is not 2xx means:
 *
 * | status | meaning |
 * |---|---|
 * | 408, 425, 429, 5xx | retry |
 * | 410 | gone, as Standard Webhooks has it |
 * | 1xx, 3xx, other 4xx | dead |
 */
export function meaningOf(status: number): FailureMeaning {
  if (status === 410) return "gone";
  return status >= 500 || passingStatuses.has(status) ? "retry" : "dead";
}

/** What a failed attempt means, an answer or none; what is not known may pass. */
export function meaningOfFailure(failure: unknown): FailureMeaning {
  if (!(failure instanceof DeliveryError) || failure.retryable) return "retry";
  return failure.status !== undefined && meaningOf(failure.status) === "gone" ? "gone" : "dead";
}
