import type { Target } from "./delivery/target.ts";
import { milliseconds } from "./duration.ts";
import type { RulesFile } from "./config/rules_file.ts";

/** The targets of a rules file with their durations in milliseconds. */
export function targetsOf({ targets }: Pick<RulesFile, "targets">): readonly Target[] {
  return Object.entries(targets).map(([name, { timeout, retry, ...rest }]) => ({
    ...rest,
    name,
    timeout: milliseconds(timeout),
    retry: {
      attempts: retry.attempts,
      factor: retry.factor,
      first: milliseconds(retry.first),
      longest: milliseconds(retry.longest),
    },
  }));
}
