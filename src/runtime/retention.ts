import type { RulesFile } from "../config/sections/rules_file.ts";
import type { Retention } from "../delivery/outbox.ts";
import { milliseconds } from "../values/duration.ts";

/** A rules file's `store.keep` with its durations in milliseconds. */
export function retentionOf({ delivered, dead, most }: RulesFile["store"]["keep"]): Retention {
  return {
    delivered: delivered === undefined ? undefined : milliseconds(delivered),
    dead: milliseconds(dead),
    most,
  };
}
