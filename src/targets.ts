import type { Target } from "./delivery/target.ts";
import { milliseconds } from "./duration.ts";
import type { RulesFile } from "./config/rules_file.ts";

/** Which targets one rules file has and another has not, by name. */
export interface TargetChanges {
  readonly added: readonly string[];
  /** In both, with other settings. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What a new rules file changes of the targets. */
export function targetChanges(
  { targets: before }: Pick<RulesFile, "targets">,
  { targets: after }: Pick<RulesFile, "targets">,
): TargetChanges {
  const common = Object.keys(after).filter((name) => Object.hasOwn(before, name));
  return {
    added: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
    changed: common.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])),
    removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
  };
}

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
