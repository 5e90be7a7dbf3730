import type { Clock } from "./clock.ts";

/** A chain's time is up. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
  /** The whole budget, milliseconds. */
  readonly budget: number;

  constructor(budget: number) {
    super(`the chain's budget of ${budget} ms is spent`);
    this.budget = budget;
  }
}

/**
 * The time that one callback's chain may take. Its timer starts when something first waits, since
 * most chains wait for nothing.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #total: number;
  /** When it started, milliseconds of the clock. */
  readonly began: number;
  readonly #waiting = new Set<(error: BudgetError) => void>();
  #controller: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;
  #ended = false;

  /** Starts a budget of `total` milliseconds. */
  constructor(total: number, clock: Clock) {
    this.#clock = clock;
    this.#total = total;
    this.began = clock.monotonic();
  }

  /** Milliseconds left; 0 when the budget is spent. */
  get remaining(): number {
    return Math.max(0, this.began + this.#total - this.#clock.monotonic());
  }

  /** Whether there is no time left. */
  get spent(): boolean {
    return this.remaining === 0;
  }

  /** Aborts, with a {@link BudgetError}, when the time is up. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#whenSpent((error) => controller.abort(error));
    }
    return this.#controller.signal;
  }

  /** Waits for a promise, but no longer than the budget lasts; then rejects. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#whenSpent(reject);
      promise.then((value) => {
        this.#waiting.delete(reject);
        resolve(value);
      }, (error) => {
        this.#waiting.delete(reject);
        reject(error);
      });
    });
  }

  /** Calls back when the time is up, at once if it is; not any more when the budget has ended. */
  #whenSpent(report: (error: BudgetError) => void): void {
    const { remaining } = this;
    if (remaining === 0) return report(this.error());
    this.#waiting.add(report);
    if (this.#ended) return;
    this.#cancelTimer ??= this.#clock.after(remaining, () => this.#reportAll());
  }

  /** An error that says how much there was. */
  error(): BudgetError {
    return new BudgetError(this.#total);
  }

  /** Stops the timer. */
  end(): void {
    this.#ended = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #reportAll(): void {
    const error = this.error();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const report of waiting) report(error);
  }
}
