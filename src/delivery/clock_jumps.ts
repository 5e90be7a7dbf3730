import type { Clock } from "../chain/clock.ts";

/** How often the wall clock is looked at, milliseconds. */
const lookEvery = 1000;
/** How far the wall clock must be off for it to have been set, milliseconds; less is drift. */
export const leastJump = 1000;

/**
 * Notices that somebody has set the machine's clock: the wall time has moved by more than the time
 * that has passed. Times in the outbox are wall times that mean waits; they have to move with it.
 */
export class ClockJumps implements Disposable {
  readonly #clock: Clock;
  readonly #jumped: (by: number) => Promise<void>;
  /** By how much the wall time is ahead of the elapsed time. */
  #ahead: number;
  #cancel: (() => void) | undefined;

  /**
   * Looks every second, and whenever {@link look} is called. `jumped` is told by how much the clock
   * was set forward, milliseconds, or back if that is negative. If it rejects, it is told again.
   */
  constructor(clock: Clock, jumped: (by: number) => Promise<void>) {
    this.#clock = clock;
    this.#jumped = jumped;
    this.#ahead = clock.now() - clock.monotonic();
    this.#lookAgain();
  }

  /** Looks now; to be called before a wall time is written down. */
  async look(): Promise<void> {
    const by = Math.round(this.#clock.now() - this.#clock.monotonic() - this.#ahead);
    if (Math.abs(by) < leastJump) return;
    // at once: nobody else who looks in the meantime may tell of it too
    this.#ahead += by;
    await this.#jumped(by).catch(() => this.#ahead -= by);
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #lookAgain(): void {
    this.#cancel = this.#clock.after(lookEvery, () => {
      this.#lookAgain();
      void this.look();
    });
  }
}
