import type { Clock } from "../chain/clock.ts";
import { Breaker, type BreakerTicket } from "./breaker.ts";
import { DeliveryError } from "./delivery_error.ts";
import { meaningOfFailure } from "./failure_meaning.ts";
import { Pace } from "./pace.ts";
import { requestedPause } from "./retry_after.ts";
import type { Target } from "./target.ts";
import type { TargetState } from "./target_change.ts";
import type { GateStatus } from "./target_status.ts";
import { messageOf } from "../values/thrown.ts";

/**
 * Whether a target may be sent something now: its breaker, its rate, the pause that it asked for,
 * and whether it wants deliveries at all.
 */
export class TargetGate {
  readonly #clock: Clock;
  readonly #changed: (state: TargetState) => void;
  readonly #breaker: Breaker | undefined;
  readonly #pace: Pace | undefined;
  /** By the monotonic clock. */
  #pausedUntil = -Infinity;
  /** Why the target wants no deliveries; undefined if it does. */
  #disabled: string | undefined;
  #lastError = "";

  constructor({ breaker, rate }: Target, clock: Clock, changed: (state: TargetState) => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#breaker = breaker &&
      new Breaker(
        breaker,
        clock,
        (change) =>
          changed(change.state === "open" ? { ...change, error: this.#lastError } : change),
      );
    this.#pace = rate === undefined ? undefined : new Pace(rate, clock);
  }

  /** Milliseconds for which the target is left alone; infinitely many until something happens. */
  get closedFor(): number {
    if (this.#disabled !== undefined) return Infinity;
    const pause = this.#pausedUntil - this.#clock.monotonic();
    return Math.max(0, pause, this.#breaker?.wait ?? 0);
  }

  /** Milliseconds until the rate allows the next request. */
  get paceWait(): number {
    return this.#pace?.wait ?? 0;
  }

  /** Whether the next attempt decides if more are made. */
  get probing(): boolean {
    return this.#breaker?.open ?? false;
  }

  /** The state of the target. */
  get status(): GateStatus {
    const leftAlone = this.closedFor;
    return {
      disabled: this.#disabled,
      breaker: this.#breaker?.state,
      leftAlone,
      lastError: this.#lastError || undefined,
    };
  }

  /** A request begins; {@link end} or {@link breakOff} must follow. */
  begin(): BreakerTicket | undefined {
    this.#pace?.take();
    return this.#breaker?.begin();
  }

  /** A request was broken off by the courier itself. */
  breakOff(ticket: BreakerTicket | undefined): void {
    if (ticket !== undefined) this.#breaker?.undecided(ticket);
  }

  /** A request has ended, with a failure or without one. */
  end(ticket: BreakerTicket | undefined, failure: unknown): void {
    if (failure === undefined) return this.#breaker?.succeeded();
    this.#lastError = messageOf(failure);
    const meaning = meaningOfFailure(failure);
    // a target that refuses a delivery for good is one that works
    if (meaning === "dead") return this.#breaker?.succeeded();
    if (meaning === "gone") return this.#disable(ticket);
    const pause = failure instanceof DeliveryError
      ? requestedPause(failure, this.#clock.now())
      : undefined;
    const asked = pause !== undefined && pause > 0;
    if (asked) this.#pause(pause);
    if (ticket === undefined) return;
    // 429 says nothing of the target's health; 503 may be what a server in front of it says for ever
    if (asked && isTooMany(failure)) this.#breaker?.undecided(ticket);
    else this.#breaker?.failed(ticket);
  }

  /** Takes back that the target wants no deliveries; false if that was not so. */
  resume(): boolean {
    if (this.#disabled === undefined) return false;
    this.#disabled = undefined;
    this.#changed({ state: "resumed" });
    return true;
  }

  /**
   * Ends a pause, the breaker's as well: the next delivery shows whether the target works. False
   * if there is none.
   */
  endPause(): boolean {
    const now = this.#clock.monotonic();
    const asked = this.#pausedUntil > now;
    if (asked) this.#pausedUntil = now;
    const open = this.#breaker?.endPause() ?? false;
    return asked || open;
  }

  #pause(pause: number): void {
    const now = this.#clock.monotonic();
    const news = this.#pausedUntil <= now;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pause);
    if (news) this.#changed({ state: "paused", pause });
  }

  #disable(ticket: BreakerTicket | undefined): void {
    this.breakOff(ticket);
    if (this.#disabled !== undefined) return;
    this.#disabled = this.#lastError;
    this.#changed({ state: "disabled", error: this.#lastError });
  }
}

function isTooMany(failure: unknown): boolean {
  return failure instanceof DeliveryError && failure.status === 429;
}
