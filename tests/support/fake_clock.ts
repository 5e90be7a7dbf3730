import type { Clock } from "../../src/chain/clock.ts";

interface Timer {
  /** By the monotonic clock. */
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  /** By the monotonic clock; the wall time is so much later. */
  #elapsed = 0;
  #wall: number;
  #timers: Timer[] = [];

  /** Starts at an epoch time in milliseconds. */
  constructor(start = 1_754_300_000_000) {
    this.#wall = start;
  }

  now = (): number => this.#wall + this.#elapsed;

  monotonic = (): number => this.#elapsed;

  after = (milliseconds: number, callback: () => void): () => void => {
    const timer = { at: this.#elapsed + milliseconds, callback };
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
    const end = this.#elapsed + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.callback();
    }
    this.#elapsed = end;
  }

  /** Moves on without calling back, as where the thread is busy; then calls what is due. */
  stall(milliseconds: number): void {
    this.#elapsed += milliseconds;
    this.advance(0);
  }

  /** Sets the wall time, as an operator or a time server does; timers go on as they were. */
  jump(time: number): void {
    this.#wall = time - this.#elapsed;
  }

  #next(end: number): Timer | undefined {
    return this.#timers
      .filter(({ at }) => at <= end)
      .toSorted((one, other) => one.at - other.at)[0];
  }
}
