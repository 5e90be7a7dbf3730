/** Rate counters, as the chain needs them; `stores/` has what satisfies this. */
export interface Counters {
  /**
   * The counter of that name, made on first use. Counters of one name share their counts.
   *
   * @throws {CounterConflict} when the name is already counted over other windows.
   */
  open(name: string, windows: readonly CounterWindow[]): Counter;
}

/** A stretch of time that a counter looks back on. */
export interface CounterWindow {
  /** As the rules file writes it, such as `1m`. */
  readonly label: string;
  readonly milliseconds: number;
}

/** One named counter: an amount per key and window. */
export interface Counter {
  readonly windows: readonly CounterWindow[];
  /** Adds an amount to a key and returns its new totals, one per window. */
  add(key: string, amount: number, now: number): readonly number[];
}

/** A counter's name is taken by a counter over other windows. */
export class CounterConflict extends Error {
  override readonly name = "CounterConflict";
  constructor(counter: string, taken: readonly CounterWindow[]) {
    const labels = taken.map(({ label }) => `"${label}"`).join(", ");
    super(`"${counter}" is already counted over ${labels}; give this counter another name`);
  }
}
