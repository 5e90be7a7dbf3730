import type { Clock } from "../chain/clock.ts";

/** When a target is left alone. */
export interface BreakerSettings {
  /** Failed attempts in a row that open it. */
  readonly failures: number;
  /** How long it stays open before the first probe, milliseconds; twice that after the next. */
  readonly pause: number;
  /** The longest that it stays open between probes, milliseconds. */
  readonly longest: number;
}

/** What an attempt is for the breaker. */
export interface BreakerTicket {
  readonly probe: boolean;
}

/** A breaker has opened, tries a probe, or has closed. */
export type BreakerChange =
  | { readonly state: "open"; readonly failures: number; readonly pause: number }
  | { readonly state: "probing" }
  | { readonly state: "closed" };

/** closed: attempts are made; open: none is; halfOpen: one attempt, or the next, decides. */
export type BreakerState = "closed" | "open" | "halfOpen";

const ordinary: BreakerTicket = { probe: false };

/**
 * A circuit breaker. It opens after a number of failed attempts in a row, and stays open for a pause.
 * Then one attempt is the probe: it closes the breaker, or opens it again for twice as long.
 *
 * In place of `cockatiel`, which reads the machine's own clock and wraps the call: a lane must know
 * when it may begin before it takes a delivery.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #changed: (change: BreakerChange) => void;
  /** In a row; of an open breaker those that opened it and of its probes. */
  #failures = 0;
  /** The pauses so far since it was closed. */
  #pauses = 0;
  /** When a probe may be made, by the monotonic clock; undefined while it is closed. */
  #openUntil: number | undefined;
  #probe: BreakerTicket | undefined;

  constructor(
    settings: BreakerSettings,
    clock: Pick<Clock, "monotonic">,
    changed: (change: BreakerChange) => void,
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Milliseconds until an attempt may begin: infinitely many while a probe is under way. */
  get wait(): number {
    if (this.#openUntil === undefined) return 0;
    if (this.#probe !== undefined) return Infinity;
    return Math.max(0, this.#openUntil - this.#clock.monotonic());
  }

  /** Whether it is open; an attempt that begins then is a probe. */
  get open(): boolean {
    return this.#openUntil !== undefined;
  }

  /** Its state. */
  get state(): BreakerState {
    if (this.#openUntil === undefined) return "closed";
    return this.#probe === undefined && this.wait > 0 ? "open" : "halfOpen";
  }

  /** Ends the pause of an open breaker, so that the next attempt probes; false if there is none. */
  endPause(): boolean {
    if (this.state !== "open") return false;
    this.#openUntil = this.#clock.monotonic();
    return true;
  }

  /** An attempt begins. If the breaker is open, its outcome decides. */
  begin(): BreakerTicket {
    if (this.#openUntil === undefined) return ordinary;
    this.#probe = { probe: true };
    this.#changed({ state: "probing" });
    return this.#probe;
  }

  /** The target has answered, whatever it said: it works. */
  succeeded(): void {
    this.#failures = 0;
    if (this.#openUntil === undefined) return;
    this.#openUntil = undefined;
    this.#probe = undefined;
    this.#pauses = 0;
    this.#changed({ state: "closed" });
  }

  /** The attempt failed in a way that speaks of the target, not of the delivery. */
  failed(ticket: BreakerTicket): void {
    // what began before the breaker opened says nothing new
    if (this.#openUntil !== undefined && ticket !== this.#probe) return;
    this.#failures++;
    if (ticket === this.#probe || this.#failures >= this.#settings.failures) this.#open();
  }

  /** The attempt says nothing; a probe has to be made again. */
  undecided(ticket: BreakerTicket): void {
    if (ticket === this.#probe) this.#probe = undefined;
  }

  #open(): void {
    const pause = Math.min(this.#settings.longest, this.#settings.pause * 2 ** this.#pauses);
    this.#pauses++;
    this.#probe = undefined;
    this.#openUntil = this.#clock.monotonic() + pause;
    this.#changed({ state: "open", failures: this.#failures, pause });
  }
}
