import type { RuleServices } from "../../src/chain/rule.ts";
import { OddAnswers } from "../../src/chain/odd_answers.ts";
import { MemoryBuckets } from "../../src/stores/memory_buckets.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";
import { FakeClock } from "./fake_clock.ts";

/** What rules may use: real state in memory, a clock that stands still, and nobody to send to. */
export function ruleServices(parts: Partial<RuleServices> = {}): RuleServices {
  let deliveries = 0;
  return {
    counters: new MemoryCounters(100_000),
    buckets: new MemoryBuckets(100_000),
    seenKeys: new MemorySeenKeys(100_000),
    poster: { post: () => Promise.resolve(undefined) },
    log: () => {},
    oddAnswers: new OddAnswers(parts.log ?? (() => {})),
    clock: new FakeClock(),
    files: { read: () => "" },
    newID: () => `delivery-${++deliveries}`,
    ...parts,
  };
}
