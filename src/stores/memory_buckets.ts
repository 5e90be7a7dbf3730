import QuickLRU from "quick-lru";
import type { Bucket, Buckets } from "../chain/buckets.ts";
import { mapKey } from "../values/bounded_key.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";

/**
 * Token buckets in memory, full when the process starts. A bucket is one number: the time at which
 * it will be full again, in units of which a period's length is one token. Counted so, everything
 * is a whole number, and a token comes back at its very millisecond.
 */
export class MemoryBuckets implements Buckets {
  readonly #full: QuickLRU<string, number>;

  /** `maxKeys` bounds the keys of all limits together. */
  constructor(maxKeys: number) {
    this.#full = new QuickLRU({ maxSize: generationSize(maxKeys) });
  }

  /** Changes the bound; if it is lower, the buckets that have been idle longest are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#full, maxKeys);
  }

  take(key: string, { tokens, period, burst }: Bucket, now: number): boolean {
    const known = mapKey(key);
    const time = Math.floor(now) * tokens;
    const full = Math.max(this.#full.get(known) ?? time, time) + period;
    if (full - time > burst * period) return false;
    this.#full.set(known, full);
    return true;
  }
}
