import type { BreakerChange } from "./breaker.ts";

/** A target is left alone, tried again, or back in order; for logs and metrics. */
export type TargetChange = { readonly target: string } & TargetState;

/** The new state of a target. Pauses are milliseconds. */
export type TargetState =
  /** The circuit breaker has changed; the last failure if it opens. */
  | (BreakerChange & { readonly error?: string })
  /** The target asked to be left alone for a while. */
  | { readonly state: "paused"; readonly pause: number }
  /** The target wants no deliveries any more. */
  | { readonly state: "disabled"; readonly error: string }
  /** An operator has taken that back. */
  | { readonly state: "resumed" };
