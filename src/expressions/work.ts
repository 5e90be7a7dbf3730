/**
 * An expression that would take longer over this callback than one evaluation may. The rule fails;
 * nobody else's answer waits for it.
 */
export class CostError extends Error {
  override readonly name = "CostError";
}

/** The steps that all expressions of one callback may take together: some 50 ms. */
export const mostSteps = 1_500_000;

/**
 * The steps that an expression may take at least, however much those before it have taken: a
 * message that is costly for one rule must not switch off the cheap rules behind it.
 */
export const leastSteps = 10_000;

/**
 * What the expressions of one callback may still take. What a message holds sets how long a list
 * is and how often a condition on its items is asked, and nothing can interrupt an expression. So
 * it counts its steps itself: one for each part that is evaluated, and more for what goes through
 * a long text or list.
 */
export class Work {
  #left = mostSteps;

  /** The steps that are left. */
  get left(): number {
    return this.#left;
  }

  /** An expression begins. */
  begin(): void {
    this.#left = Math.max(this.#left, leastSteps);
  }

  /** @throws {CostError} if there are not enough steps left. */
  spend(steps: number): void {
    this.#left -= steps;
    this.reserve(0);
  }

  /**
   * Makes sure of what something may take at most.
   *
   * @throws {CostError} if fewer steps are left.
   */
  reserve(steps: number): void {
    if (this.#left >= steps) return;
    throw new CostError(
      `the expressions take more than ${mostSteps} steps on this callback, which would hold up ` +
        "the next one: do not go through a list for each item of a list, and put conditions " +
        "on short fields in front",
    );
  }
}
