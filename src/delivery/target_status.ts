import type { BreakerState } from "./breaker.ts";

/** The state of a target, for metrics and the operator. */
export interface TargetStatus extends GateStatus {
  readonly target: string;
  /** Requests under way. */
  readonly underWay: number;
}

/** Whether a target may be sent something. */
export interface GateStatus {
  /** Why the target wants no deliveries any more; undefined if it takes them. */
  readonly disabled: string | undefined;
  /** Undefined if the target has no breaker. */
  readonly breaker: BreakerState | undefined;
  /**
   * Milliseconds for which it is left alone, because it fails or asked for it; 0 if it is not,
   * infinitely many while a probe is under way or it is disabled.
   */
  readonly leftAlone: number;
  /** Why the last request that failed did so; undefined if none has failed. */
  readonly lastError: string | undefined;
}
