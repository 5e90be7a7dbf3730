import type { AttemptResult, StoredDelivery } from "./outbox.ts";
import type { RetrySchedule } from "./retry_schedule.ts";

/** Why a delivery was given up that was not tried again. */
export const tooOld = 'older than the target\'s "maxAge"';

/**
 * How long a delivery has been due, milliseconds, that is too old for certain: none is due before its
 * callback came, and none is tried again later than its age allows.
 */
export function overdueBy({ maxAge }: Pick<RetrySchedule, "maxAge">): number | undefined {
  return maxAge === undefined ? undefined : maxAge + 1;
}

/**
 * Whether a delivery is too old for an attempt. One that an operator has put back is as old as that:
 * it was asked for anew.
 */
export function isExpired(
  { createdAt, dueAt, attempts }: Pick<StoredDelivery, "createdAt" | "dueAt" | "attempts">,
  { maxAge }: Pick<RetrySchedule, "maxAge">,
  now: number,
): boolean {
  return maxAge !== undefined && now - (attempts === 0 ? dueAt : createdAt) > maxAge;
}

/** How the outbox writes down that a delivery was too old; there was no attempt. */
export function expiredResult(
  { storeID, attempts }: Pick<StoredDelivery, "storeID" | "attempts">,
): AttemptResult {
  return { kind: "dead", storeID, attempts, error: tooOld };
}
