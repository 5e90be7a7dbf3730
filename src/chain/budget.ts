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
 * The time that one callback's chain may take. The timer behind {@link signal} starts when a rule
 * first asks for it: most chains never wait, and a timer costs more than such a chain.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #total: number;
  readonly #deadline: number;
  #controller: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;

  /** Starts a budget of so many milliseconds. */
  constructor(total: number, clock: Clock) {
    this.#clock = clock;
    this.#total = total;
    this.#deadline = clock.monotonic() + total;
  }

  /** Milliseconds left; 0 when the budget is spent. */
  get remaining(): number {
    return Math.max(0, this.#deadline - this.#clock.monotonic());
  }

  /** Whether there is no time left. */
  get spent(): boolean {
    return this.#clock.monotonic() >= this.#deadline;
  }

  /** Aborts, with a {@link BudgetError}, when the time is up. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const abort = () => controller.abort(new BudgetError(this.#total));
      if (this.spent) abort();
      else this.#cancelTimer = this.#clock.after(this.remaining, abort);
    }
    return this.#controller.signal;
  }

  /** Waits for a promise, but no longer than the budget lasts; then rejects with the reason. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
  }

  /** An error that says how much there was. */
  error(): BudgetError {
    return new BudgetError(this.#total);
  }

  /** Stops the timer. */
  end(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
