import type { BreakerSettings } from "./breaker.ts";
import type { RetrySchedule } from "./retry_schedule.ts";

/** A service to deliver to. Plain data, so that it can be sent to the courier's thread. */
export interface Target {
  readonly name: string;
  readonly url: string;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Requests a second; undefined for as many as there are. */
  readonly rate: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that prove who sends: the target's own host gets them, and no delivery holds them. */
  readonly auth: Readonly<Record<string, string>>;
  /** What signs its deliveries, as the rules file writes it; several while one replaces another. */
  readonly secrets: readonly string[];
  /** `private` if it may be on this machine or in its network. */
  readonly network: "public" | "private";
  /** How many redirects an attempt may follow. */
  readonly redirects: number;
  /** The PEM file of a certificate authority of one's own, its whole path. */
  readonly ca: string | undefined;
  readonly retry: RetrySchedule;
  /** Undefined if the target is tried whatever has failed before. */
  readonly breaker: BreakerSettings | undefined;
  /** CEL over an answer: whether it took the delivery. Undefined when the status says it. */
  readonly deliveredWhen?: string | undefined;
  /** Undefined if every delivery is a request of its own. */
  readonly batch: BatchSettings | undefined;
}

/** How deliveries gather for one request. */
export interface BatchSettings {
  /** The most deliveries of one request. */
  readonly max: number;
  /** How long the first of them waits for others, milliseconds. */
  readonly wait: number;
}
