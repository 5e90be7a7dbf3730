import QuickLRU from "quick-lru";
import type { Bucket, Buckets } from "../chain/buckets.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";

/** The part of an interval that sums of times may be off by, as doubles have it. */
const rounding = 0.001;

/**
 * Token buckets in memory, full when the process starts. A bucket is one number: the time at which
 * it will be full again.
 */
export class MemoryBuckets implements Buckets {
  readonly #full: QuickLRU<string, number>;
  /** Times are told from the first one on, because smaller doubles are finer. */
  #origin: number | undefined;

  /** `maxKeys` bounds the keys of all limits together. */
  constructor(maxKeys: number) {
    this.#full = new QuickLRU({ maxSize: generationSize(maxKeys) });
  }

  /** Changes the bound; where it is lower, the buckets that have been idle longest are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#full, maxKeys);
  }

  take(key: string, { interval, burst }: Bucket, time: number): boolean {
    const now = time - (this.#origin ??= time);
    const filling = burst * interval;
    const known = this.#full.get(key) ?? now;
    // no bucket is emptier than empty: a clock that was set back would keep it so
    const full = Math.min(Math.max(known, now), now + filling);
    const next = full + interval;
    const granted = next - now <= filling + interval * rounding;
    if (granted) this.#full.set(key, next);
    else if (full < known) this.#full.set(key, full);
    return granted;
  }
}
