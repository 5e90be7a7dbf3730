import QuickLRU from "quick-lru";
import {
  type Counter,
  CounterConflict,
  type CounterFigures,
  type Counters,
  type CounterWindow,
  type KeyTotals,
  type TopQuery,
} from "../chain/counters.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";
import { topKeys } from "./top_keys.ts";

/**
 * A window is cut into this many slots. The oldest slot counts for the part of it that the window
 * still covers, as if its events were spread evenly, so a total is off by at most the events of one
 * slot: a sixteenth of the window.
 */
const slotsPerWindow = 16;

/**
 * How late a callback may be counted, milliseconds: longer than a chain takes that OpenIM still
 * waits for. Up to here it counts into the newest slot; what seems later is taken for a clock that
 * was set back, after which a counter's own time goes on from where it was.
 */
const mostLate = 30_000;

/** Rate counters in memory; they start from nothing when the process does. */
export class MemoryCounters implements Counters {
  #counters = new Map<string, MemoryCounter>();
  #maxKeys: number;

  /** `maxKeys` bounds the keys of each counter. */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  open(name: string, windows: readonly CounterWindow[]): Counter {
    return openIn(this.#counters, name, windows, () => new MemoryCounter(windows, this.#maxKeys));
  }

  /**
   * The counters of a rules file that may take the place of the one in force. Those of the same
   * name and windows are the same; over other windows a counter starts from nothing. Until
   * {@link NextCounters.adopt} nothing changes here.
   */
  next(maxKeys: number): NextCounters {
    const counters = new Map<string, MemoryCounter>();
    const restarted = new Set<string>();
    return {
      ...readerOf(counters),
      open: (name, windows) =>
        openIn(counters, name, windows, () => {
          const known = this.#counters.get(name);
          if (known !== undefined && sameWindows(known.windows, windows)) return known;
          if (known !== undefined) restarted.add(name);
          return new MemoryCounter(windows, maxKeys);
        }),
      adopt: () => {
        this.#counters = counters;
        this.#maxKeys = maxKeys;
        for (const counter of counters.values()) counter.resize(maxKeys);
        return [...restarted];
      },
    };
  }

  figures(): readonly CounterFigures[] {
    return readerOf(this.#counters).figures();
  }

  totals(name: string, key: string, now: number): readonly number[] | undefined {
    return readerOf(this.#counters).totals(name, key, now);
  }

  top(name: string, query: TopQuery): Promise<readonly KeyTotals[]> {
    return readerOf(this.#counters).top(name, query);
  }
}

/** The counters of a rules file that is not in force yet. */
export interface NextCounters extends Counters {
  /**
   * Keeps these counters and lets go of all others; returns the names of those that start from
   * nothing because their windows are others than before.
   */
  adopt(): readonly string[];
}

/** What can be read of counters without counting. */
function readerOf(
  counters: ReadonlyMap<string, MemoryCounter>,
): Pick<Counters, "figures" | "totals" | "top"> {
  return {
    figures: () =>
      [...counters].map(([name, { windows, keys, evictions }]) => ({
        name,
        windows,
        keys,
        evictions,
      })),
    totals: (name, key, now) => counters.get(name)?.totals(key, now),
    async top(name, { window, limit, now }) {
      const counter = counters.get(name);
      return counter === undefined ? [] : await topKeys(counter.allTotals(now), { window, limit });
    },
  };
}

function openIn(
  counters: Map<string, MemoryCounter>,
  name: string,
  windows: readonly CounterWindow[],
  make: () => MemoryCounter,
): Counter {
  const existing = counters.get(name);
  if (existing === undefined) {
    const counter = make();
    counters.set(name, counter);
    return counter;
  }
  if (!sameWindows(existing.windows, windows)) throw new CounterConflict(name, existing.windows);
  return existing;
}

function sameWindows(one: readonly CounterWindow[], other: readonly CounterWindow[]): boolean {
  return one.length === other.length &&
    one.every(({ milliseconds }, index) => milliseconds === other[index]?.milliseconds);
}

/**
 * One counter. When there are too many keys, those that have been idle longest are forgotten, at
 * most `maxKeys` and at least the latest half of them are kept. A forgotten key starts again at 0.
 */
class MemoryCounter implements Counter {
  readonly windows: readonly CounterWindow[];
  readonly #keys: QuickLRU<string, KeyCounts>;
  readonly #slotLengths: readonly number[];
  /** The counter's own time, which does not go back, and how far it is ahead of the clock. */
  #latest = 0;
  #ahead = 0;
  #added = 0;
  #evictions = 0;

  constructor(windows: readonly CounterWindow[], maxKeys: number) {
    this.windows = windows;
    this.#keys = new QuickLRU({
      maxSize: generationSize(maxKeys),
      onEviction: () => void this.#evictions++,
    });
    this.#slotLengths = windows.map(({ milliseconds }) => milliseconds / slotsPerWindow);
  }

  /** Changes how many keys it holds; where it is fewer, the idlest are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#keys, maxKeys);
  }

  add(key: string, amount: number, now: number): readonly number[] {
    const counts = this.#touch(key);
    const time = this.#ownTime(now);
    const totals = new Array<number>(this.windows.length);
    for (let window = 0; window < totals.length; window++) {
      totals[window] = counts.add(window, amount, time / this.#slotLengths[window]!);
    }
    return totals;
  }

  /** How many keys are kept; the cache's own size is bounded, and looks at every key. */
  get keys(): number {
    return this.#added - this.#evictions;
  }

  get evictions(): number {
    return this.#evictions;
  }

  /** A key's totals at a time; looking at a key does not keep it from being forgotten. */
  totals(key: string, now: number): readonly number[] | undefined {
    const counts = this.#keys.peek(key);
    return counts === undefined ? undefined : this.#totalsOf(counts, this.#ownTime(now));
  }

  /** Every key with its totals at a time. */
  *allTotals(now: number): Generator<KeyTotals> {
    const time = this.#ownTime(now);
    for (const [key, counts] of this.#keys) yield { key, totals: this.#totalsOf(counts, time) };
  }

  #totalsOf(counts: KeyCounts, time: number): readonly number[] {
    return this.#slotLengths.map((length, window) => counts.add(window, 0, time / length));
  }

  #ownTime(now: number): number {
    let time = now + this.#ahead;
    if (time < this.#latest - mostLate) {
      this.#ahead += this.#latest - time;
      time = this.#latest;
    }
    if (time > this.#latest) this.#latest = time;
    return time;
  }

  #touch(key: string): KeyCounts {
    let counts = this.#keys.get(key);
    if (counts === undefined) {
      counts = new KeyCounts(this.windows.length);
      this.#keys.set(key, counts);
      this.#added++;
    }
    return counts;
  }
}

/** A key's slots: a ring for each window, one slot more than the window so that the oldest fades. */
class KeyCounts {
  static readonly #ring = slotsPerWindow + 1;
  readonly #slots: Float64Array;
  /** The number of the newest slot since the epoch, per window. */
  readonly #newest: Float64Array;
  readonly #sums: Float64Array;

  constructor(windows: number) {
    this.#slots = new Float64Array(windows * KeyCounts.#ring);
    this.#newest = new Float64Array(windows);
    this.#sums = new Float64Array(windows);
  }

  /** Adds at a time given in slots; returns the window's total. */
  add(window: number, amount: number, time: number): number {
    const ring = KeyCounts.#ring;
    const start = window * ring;
    // what comes late counts into the newest slot
    const slot = Math.max(Math.floor(time), this.#newest[window]!);
    this.#forget(window, slot);
    this.#slots[start + slot % ring]! += amount;
    this.#sums[window]! += amount;
    const oldest = this.#slots[start + (slot + 1) % ring]!;
    const passed = Math.min(Math.max(time - slot, 0), 1);
    return Math.round(this.#sums[window]! - oldest * passed);
  }

  #forget(window: number, slot: number): void {
    const ring = KeyCounts.#ring;
    const start = window * ring;
    const newest = this.#newest[window]!;
    if (slot - newest >= ring) {
      this.#slots.fill(0, start, start + ring);
      this.#sums[window] = 0;
    } else {
      for (let next = newest + 1; next <= slot; next++) {
        this.#sums[window]! -= this.#slots[start + next % ring]!;
        this.#slots[start + next % ring] = 0;
      }
    }
    this.#newest[window] = slot;
  }
}
