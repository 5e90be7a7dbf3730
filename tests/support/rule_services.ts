import type { RuleServices } from "../../src/chain/rule.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";
import { FakeClock } from "./fake_clock.ts";

/** What rules use while they run: real counters, and nothing that leaves the test. */
export function ruleServices(parts: Partial<RuleServices> = {}): RuleServices {
  let deliveries = 0;
  return {
    counters: new MemoryCounters(1000),
    poster: { post: () => Promise.resolve("") },
    log: () => {},
    clock: new FakeClock(),
    newID: () => `delivery-${++deliveries}`,
    ...parts,
  };
}
