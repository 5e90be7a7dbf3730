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
  readonly #counters = new Map<string, MemoryCounter>();
  readonly #maxKeys: number;

  /** `maxKeys` bounds the keys of each counter. */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  open(name: string, windows: readonly CounterWindow[]): Counter {
    const existing = this.#counters.get(name);
    if (existing === undefined) {
      const counter = new MemoryCounter(windows, this.#maxKeys);
      this.#counters.set(name, counter);
      return counter;
    }
    if (!sameWindows(existing.windows, windows)) throw new CounterConflict(name, existing.windows);
    return existing;
  }

  figures(): readonly CounterFigures[] {
    return [...this.#counters].map(([name, { windows, keys, evictions }]) => ({
      name,
      windows,
      keys,
      evictions,
    }));
  }

  totals(name: string, key: string, now: number): readonly number[] | undefined {
    return this.#counters.get(name)?.totals(key, now);
  }

  async top(name: string, { window, limit, now }: TopQuery): Promise<readonly KeyTotals[]> {
    const counter = this.#counters.get(name);
    return counter === undefined ? [] : await topKeys(counter.allTotals(now), { window, limit });
  }
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
    // it holds two generations of so many: what is not used for a whole one is forgotten
    this.#keys = new QuickLRU({
      maxSize: Math.max(1, Math.floor(maxKeys / 2)),
      onEviction: () => void this.#evictions++,
    });
    this.#slotLengths = windows.map(({ milliseconds }) => milliseconds / slotsPerWindow);
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
