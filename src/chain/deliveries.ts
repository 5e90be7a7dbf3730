import type { TraceContext } from "./trace_context.ts";

/** A request to a target that a chain asks for; on disk before the callback is answered. */
export interface NewDelivery {
  /** Stable over every attempt, so that the target can tell a repetition. */
  readonly id: string;
  /** The target's name in the rules file. */
  readonly target: string;
  readonly command: string;
  readonly operationID: string;
  /** Deliveries of one target and one key arrive in their order; empty if order is nothing. */
  readonly orderKey: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Headers of the rule's own, besides those that every delivery has. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, which is sent as UTF-8. */
  readonly body: string;
  /** The trace that every attempt belongs to, if there is one. */
  readonly trace?: TraceContext;
}

/** The durable outbox, as the chain needs it; `delivery/` has what satisfies this. */
export interface Deliveries {
  /** Stores deliveries, all or none; resolves when a crash cannot lose them any more. */
  store(deliveries: readonly NewDelivery[]): Promise<void>;
}

/** A target's answer to a request that a rule waits for. */
export interface TargetAnswer {
  readonly status: number;
  readonly text: string;
  /**
   * The charset that the answer names and that its bytes are not in: U+FFFD stands for those in the
   * text. Undefined when every byte could be read.
   */
  readonly garbled?: string | undefined;
}

/** What a target answers in a test of the rules file. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Posting within a chain's budget, for a rule that waits for the target's answer. */
export interface Poster {
  /**
   * Posts once, without storing anything. Undefined when nobody is asked, as in a simulation: that
   * is a consent.
   *
   * @throws when the target cannot be reached, its answer says that it did not take the request, or
   * the signal aborts.
   */
  post(delivery: NewDelivery, signal: AbortSignal): Promise<TargetAnswer | undefined>;
}
