import QuickLRU from "quick-lru";
import type { SeenKeys } from "../chain/seen_keys.ts";
import { generationSize, resizeKeys } from "./generation_size.ts";

/** Seen keys in memory; none when the process starts. */
export class MemorySeenKeys implements SeenKeys {
  readonly #firstTimes: QuickLRU<string, number>;

  /** `maxKeys` bounds the keys of all rules together. */
  constructor(maxKeys: number) {
    this.#firstTimes = new QuickLRU({ maxSize: generationSize(maxKeys) });
  }

  /** Changes the bound; where it is lower, the oldest keys are forgotten. */
  resize(maxKeys: number): void {
    resizeKeys(this.#firstTimes, maxKeys);
  }

  repeats(key: string, within: number, now: number): boolean {
    const first = this.#firstTimes.get(key);
    if (first === undefined || now - first >= within) {
      this.#firstTimes.set(key, now);
      return false;
    }
    // a clock that was set back would hold the key for longer than asked for
    if (now < first) this.#firstTimes.set(key, now);
    return true;
  }
}
