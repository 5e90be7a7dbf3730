import QuickLRU from "quick-lru";
import type { SeenKeys } from "../chain/seen_keys.ts";
import { mapKey } from "../values/bounded_key.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";

/** Seen keys in memory; none when the process starts. */
export class MemorySeenKeys implements SeenKeys {
  readonly #firstTimes: QuickLRU<string, number>;

  /** `maxKeys` bounds the keys of all rules together. */
  constructor(maxKeys: number) {
    this.#firstTimes = new QuickLRU({ maxSize: generationSize(maxKeys) });
  }

  /** Changes the bound; if it is lower, the oldest keys are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#firstTimes, maxKeys);
  }

  repeats(key: string, within: number, now: number): boolean {
    const known = mapKey(key);
    const first = this.#firstTimes.get(known);
    if (first === undefined || now - first >= within) {
      this.#firstTimes.set(known, now);
      return false;
    }
    // wall time, as signatures have it, may be set back: it would hold the key for too long
    if (now < first) this.#firstTimes.set(known, now);
    return true;
  }
}
