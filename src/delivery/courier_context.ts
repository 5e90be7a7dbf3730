import type { Clock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { Outbox } from "./outbox.ts";
import type { TakenAnswer } from "./post.ts";
import type { Target } from "./target.ts";
import type { TargetChange } from "./target_change.ts";

/** What became of an attempt, for logs and metrics. */
export interface AttemptReport {
  /**
   * `kept`: it waits in the outbox as if there had been no attempt. `expired`: it was given up for
   * its age, without one.
   */
  readonly result: "delivered" | "retry" | "dead" | "kept" | "expired";
  readonly target: string;
  readonly command: string;
  readonly operationID: string;
  readonly id: string;
  readonly attempt: number;
  /** How long the attempt took, milliseconds; 0 if there was none. */
  readonly duration: number;
  /** The ID of the request, if it was one of a batch. */
  readonly batch?: string;
  readonly error?: string;
  /** When it is tried again, epoch milliseconds. */
  readonly dueAt?: number;
}

/** What the courier does with the outbox: it claims deliveries, and writes down what became of them. */
export type CourierOutbox = Pick<Outbox, "claim" | "release" | "nextDue" | "settle">;

/** What the courier works with. */
export interface CourierContext {
  readonly outbox: CourierOutbox;
  readonly clock: Clock;
  readonly random: () => number;
  /** Posts once; throws a `DeliveryError`. */
  readonly post: (
    delivery: NewDelivery,
    target: Target,
    options: { attempt: number; signal: AbortSignal },
  ) => Promise<TakenAnswer>;
  readonly report: (report: AttemptReport) => void;
  /** Called when a target is left alone, tried again, or back in order. */
  readonly targetChanged: (change: TargetChange) => void;
  /** Called when the outbox fails; the courier tries again by itself. */
  readonly outboxFailed: (error: Error) => void;
}
