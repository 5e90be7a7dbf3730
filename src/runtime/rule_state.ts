import type { RuleServices } from "../chain/rule.ts";
import type { RulesFile } from "../config/sections/rules_file.ts";
import { MemoryBuckets } from "../stores/memory_buckets.ts";
import { MemoryCounters } from "../stores/memory_counters.ts";
import { MemorySeenKeys } from "../stores/memory_seen_keys.ts";

/** The services that remember something from one callback to the next. */
export type Remembering = Pick<RuleServices, "counters" | "buckets" | "seenKeys">;

/** What the rules of a file remember that is not in force yet. */
export interface NextState {
  readonly services: Remembering;
  /**
   * The file comes into force: its bounds hold from now on. Returns the names of the counters that
   * start from nothing, because their windows are others than before.
   */
  adopt(): readonly string[];
}

/** What rules remember. It outlives them: the rules of the next file go on from it. */
export class RuleState {
  readonly #counters: MemoryCounters;
  readonly #buckets: MemoryBuckets;
  readonly #seenKeys: MemorySeenKeys;

  /** Starts from nothing, with the bounds of the first rules file. */
  constructor({ counters, buckets, seenKeys }: Bounds) {
    this.#counters = new MemoryCounters(counters.maxKeys);
    this.#buckets = new MemoryBuckets(buckets.maxKeys);
    this.#seenKeys = new MemorySeenKeys(seenKeys.maxKeys);
  }

  /** For a rules file that may come into force; as long as it is not, nothing changes. */
  next({ counters: { maxKeys }, buckets, seenKeys }: Bounds): NextState {
    const counters = this.#counters.next(maxKeys);
    return {
      services: { counters, buckets: this.#buckets, seenKeys: this.#seenKeys },
      adopt: () => {
        this.#buckets.resize(buckets.maxKeys);
        this.#seenKeys.resize(seenKeys.maxKeys);
        return counters.adopt();
      },
    };
  }
}

/** The sections of a rules file that bound what rules remember. */
type Bounds = Pick<RulesFile, "counters" | "buckets" | "seenKeys">;
