import type { AttemptResult, StoredDelivery } from "./outbox.ts";
import type { RetrySchedule } from "./retry_schedule.ts";

/** Why a delivery was given up that was not tried again. */
export const tooOld = 'older than the target\'s "maxAge"';

/**
 * Before which time a delivery has to have been due to be too old for certain: none is due before
 * its callback came, and none is to be tried again later than its age allows.
 */
export function expiredBefore(
  { maxAge }: Pick<RetrySchedule, "maxAge">,
  wall: number,
): number | undefined {
  return maxAge === undefined ? undefined : wall - maxAge - 1;
}

/**
 * Whether a delivery is too old for an attempt. One that an operator has put back is as old as that:
 * it was asked for anew.
 */
export function isExpired(
  { createdAt, dueAt, attempts }: Pick<StoredDelivery, "createdAt" | "dueAt" | "attempts">,
  { maxAge }: Pick<RetrySchedule, "maxAge">,
  wall: number,
): boolean {
  return maxAge !== undefined && wall - (attempts === 0 ? dueAt : createdAt) > maxAge;
}

/** How the outbox writes down that a delivery was too old; there was no attempt. */
export function expiredResult(
  { sequence, attempts }: Pick<StoredDelivery, "sequence" | "attempts">,
): AttemptResult {
  return { kind: "dead", sequence, attempts, error: tooOld };
}
