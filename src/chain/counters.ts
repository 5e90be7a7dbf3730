/**
 * Rate counters, as the chain needs them; `stores/` has what satisfies this. Times are elapsed ones,
 * milliseconds of a clock that only ever grows: setting the machine's clock changes no count.
 */
export interface Counters {
  /**
   * The counter of that name, made on first use. Counters of one name share their counts.
   *
   * @throws {CounterConflict} when the name is already counted over other windows.
   */
  open(name: string, windows: readonly CounterWindow[]): Counter;
  /** What is kept at the moment, one entry per counter. */
  figures(): readonly CounterFigures[];
  /** A key's totals, one per window; undefined for a counter or a key that is not kept. */
  totals(name: string, key: string, now: number): readonly number[] | undefined;
  /** The keys with the highest totals in one of the windows, the highest first. */
  top(name: string, query: TopQuery): Promise<readonly KeyTotals[]>;
}

/** How full a counter is. */
export interface CounterFigures {
  readonly name: string;
  readonly windows: readonly CounterWindow[];
  /** The keys that are kept. */
  readonly keys: number;
  /** The keys that were forgotten because there were too many. */
  readonly evictions: number;
}

/** Which keys are asked for. */
export interface TopQuery {
  /** The window's place among the counter's. */
  readonly window: number;
  /** How many keys. */
  readonly limit: number;
  /** The elapsed time, milliseconds. */
  readonly now: number;
}

/** A key and its totals, one per window. */
export interface KeyTotals {
  readonly key: string;
  readonly totals: readonly number[];
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
  /**
   * Adds an amount to a key and returns its new totals, one per window: of all that is younger than
   * the window.
   */
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
