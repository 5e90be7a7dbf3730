/** Counts how many deliveries to each target the courier is done with for now. */
export class AttemptCounts {
  #counts = new Map<string, number>();

  /** Counts one in. */
  add(target: string): void {
    this.#counts.set(target, (this.#counts.get(target) ?? 0) + 1);
  }

  /** How many there were since the last time. */
  take(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }
}
