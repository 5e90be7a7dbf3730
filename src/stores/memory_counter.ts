import QuickLRU from "quick-lru";
import type { Counter, CounterWindow, KeyTotals } from "../chain/counters.ts";
import { keyInMap, mapKey, markedKey } from "../values/bounded_key.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";
import { type CoarseWindow, TimedAmounts } from "./timed_amounts.ts";

/**
 * A key's totals are exact for as long as it holds no more than `most` times for each window.
 * Beyond that its times are put together, so that a window has at most `parts` of them: a total is
 * then that of a stretch of time which is up to two such parts longer than the window.
 */
const fine = { most: 1000, parts: 512 };
/** The same for a key of a counter whose keys hold more than `mostTimes` together. */
const coarse = { most: 32, parts: 16 };
/** How many times all keys of a counter may hold before that; 16 to 24 MB. */
const mostTimes = 1_000_000;

/**
 * One counter. An event counts as long as it is younger than the window, to the millisecond. When
 * there are too many keys, those that have been idle longest are forgotten: at most `maxKeys` and at
 * least the latest half of them are kept. A forgotten key starts again at 0.
 */
export class MemoryCounter implements Counter {
  readonly windows: readonly CounterWindow[];
  readonly #keys: QuickLRU<string, TimedAmounts>;
  readonly #longest: number;
  readonly #fine: readonly CoarseWindow[];
  readonly #coarse: readonly CoarseWindow[];
  #added = 0;
  #evictions = 0;
  #times = 0;
  /** The keys in turn, for those that hold what no window sees any more. */
  #round: Iterator<readonly [string, TimedAmounts]> | undefined;

  constructor(windows: readonly CounterWindow[], maxKeys: number) {
    this.windows = windows;
    this.#longest = Math.max(...windows.map(({ milliseconds }) => milliseconds));
    this.#fine = coarseWindows(windows, fine.parts);
    this.#coarse = coarseWindows(windows, coarse.parts);
    this.#keys = new QuickLRU({
      maxSize: generationSize(maxKeys),
      onEviction: (_, amounts) => {
        this.#evictions++;
        // the round may still come by it
        this.#change(amounts, () => amounts.forget(Infinity));
      },
    });
  }

  /** Changes how many keys it holds; if it is fewer, the idlest are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#keys, maxKeys);
  }

  add(key: string, amount: number, now: number): readonly number[] {
    const amounts = this.#touch(mapKey(key));
    const time = Math.floor(now);
    this.#change(amounts, () => {
      amounts.forget(time - this.#longest);
      if (amount > 0) amounts.add(time, amount);
      if (amounts.size > fine.most * this.windows.length) amounts.coarsen(time, this.#fine);
    });
    if (this.#times > mostTimes) this.#makeRoom(amounts, time);
    return this.#totalsOf(amounts, time);
  }

  /** How many keys are kept; the cache's own size is bounded, and looks at every key. */
  get keys(): number {
    return this.#added - this.#evictions;
  }

  get evictions(): number {
    return this.#evictions;
  }

  /** How many times all keys hold together. */
  get times(): number {
    return this.#times;
  }

  /** A key's totals at a time; looking at a key does not keep it from being forgotten. */
  totals(key: string, now: number): readonly number[] | undefined {
    // a long key is asked for as it is shown, too
    const amounts = this.#keys.peek(markedKey(key)) ?? this.#keys.peek(mapKey(key));
    return amounts === undefined ? undefined : this.#totalsOf(amounts, Math.floor(now));
  }

  /** Every key with its totals at a time. */
  *allTotals(now: number): Generator<KeyTotals> {
    const time = Math.floor(now);
    for (const [key, amounts] of this.#keys) {
      yield { key: keyInMap(key), totals: this.#totalsOf(amounts, time) };
    }
  }

  #totalsOf(amounts: TimedAmounts, time: number): readonly number[] {
    return this.windows.map(({ milliseconds }) => amounts.total(time - milliseconds));
  }

  /** The keys hold too much together: one of them is tidied up, or else less is kept of this one. */
  #makeRoom(amounts: TimedAmounts, time: number): void {
    const next = (this.#round ??= this.#keys[Symbol.iterator]()).next();
    if (next.done) this.#round = undefined;
    else this.#change(next.value[1], () => next.value[1].forget(time - this.#longest));
    if (this.#times <= mostTimes || amounts.size <= coarse.most * this.windows.length) return;
    this.#change(amounts, () => amounts.coarsen(time, this.#coarse));
  }

  #change(amounts: TimedAmounts, change: () => void): void {
    const before = amounts.size;
    change();
    this.#times += amounts.size - before;
  }

  #touch(key: string): TimedAmounts {
    let amounts = this.#keys.get(key);
    if (amounts === undefined) {
      amounts = new TimedAmounts();
      this.#keys.set(key, amounts);
      this.#added++;
    }
    return amounts;
  }
}

/** The windows, the shortest first, each cut into `parts` grains at most and half as many at least. */
function coarseWindows(windows: readonly CounterWindow[], parts: number): readonly CoarseWindow[] {
  return windows
    .map(({ milliseconds }) => ({
      milliseconds,
      grain: Math.max(1, 2 ** Math.ceil(Math.log2(milliseconds / parts))),
    }))
    .toSorted((one, other) => one.milliseconds - other.milliseconds);
}
