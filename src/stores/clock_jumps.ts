import type { Clock } from "../chain/clock.ts";

/** How often the wall clock is looked at, milliseconds. */
const lookEvery = 1000;
/** How far the wall clock must be off for it to have been set, milliseconds; less is drift. */
const leastJump = 1000;

/**
 * Notices that somebody has set the machine's clock: the wall time has moved by more than the time
 * that has passed. Times in the outbox are wall times that mean waits; they must move with it.
 */
export class ClockJumps implements Disposable {
  readonly #clock: Clock;
  readonly #jumped: (by: number) => void;
  /** By how much the wall time is ahead of the elapsed time. */
  #ahead: number;
  #cancel: (() => void) | undefined;

  /**
   * Looks every second, and whenever {@link look} is called. `jumped` gets by how much the clock
   * was set forward, milliseconds, or back if that is negative. If it throws, it is called again.
   */
  constructor(clock: Clock, jumped: (by: number) => void) {
    this.#clock = clock;
    this.#jumped = jumped;
    this.#ahead = clock.now() - clock.monotonic();
    this.#lookAgain();
  }

  /** Looks now; call it before a wall time is written down. */
  look(): void {
    const by = Math.round(this.#clock.now() - this.#clock.monotonic() - this.#ahead);
    if (Math.abs(by) < leastJump) return;
    try {
      this.#jumped(by);
      this.#ahead += by;
    } catch {
      // the file cannot be written: the next look reports it again
    }
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #lookAgain(): void {
    this.#cancel = this.#clock.after(lookEvery, () => {
      this.#lookAgain();
      this.look();
    });
  }
}
