import type { Clock } from "../chain/clock.ts";

/** Over how long the processor time is taken, milliseconds. */
const window = 20;

/** How busy this process is, all its threads together. */
export interface CpuPressureOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** The processor time that the process has taken, milliseconds. */
  readonly cpuTime: () => number;
  /** How many processors it may use. */
  readonly processors: number;
}

/**
 * Tells whether the machine has become too small for all that the router does at once: whether the
 * process takes up all its processors but one. Its three busy threads never do on a machine with
 * four processors or more, where none of them has to wait for another.
 */
export class CpuPressure {
  readonly #options: CpuPressureOptions;
  readonly #most: number;
  #at: number;
  #cpuTime: number;
  #high = false;

  constructor(options: CpuPressureOptions) {
    this.#options = options;
    this.#most = Math.max(0.5, options.processors - 1.5);
    this.#at = options.clock.monotonic();
    this.#cpuTime = options.cpuTime();
  }

  /** Whether it was so in the last moments before it was asked. */
  get high(): boolean {
    const { clock, cpuTime } = this.#options;
    const now = clock.monotonic();
    const elapsed = now - this.#at;
    if (elapsed < window) return this.#high;
    const taken = cpuTime();
    this.#high = (taken - this.#cpuTime) / elapsed > this.#most;
    this.#at = now;
    this.#cpuTime = taken;
    return this.#high;
  }
}
