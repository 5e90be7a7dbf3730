import type { Clock } from "../../src/chain/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  #time: number;
  #timers: Timer[] = [];

  /** Starts at an epoch time in milliseconds. */
  constructor(start = 1_754_300_000_000) {
    this.#time = start;
  }

  now = (): number => this.#time;

  monotonic = (): number => this.#time;

  after = (milliseconds: number, callback: () => void): () => void => {
    const timer = { at: this.#time + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Moves on, and calls back whatever falls due on the way, in order. */
  advance(milliseconds: number): void {
    const end = this.#time + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#time = Math.max(this.#time, next.at);
      next.callback();
    }
    this.#time = end;
  }

  /** Sets the wall time, as an operator or a time server does; timers stay where they were. */
  jump(time: number): void {
    this.#time = time;
  }

  #next(end: number): Timer | undefined {
    return this.#timers
      .filter(({ at }) => at <= end)
      .toSorted((one, other) => one.at - other.at)[0];
  }
}
