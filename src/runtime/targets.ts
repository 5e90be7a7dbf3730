import type { RulesFile, TargetSettings } from "../config/sections/rules_file.ts";
import type { RetrySchedule } from "../delivery/retry_schedule.ts";
import type { Target } from "../delivery/target.ts";
import { unbounded } from "../config/sections/delivery_options.ts";
import { besideRules } from "../config/load/load_rules.ts";
import { authHeaders } from "../config/sections/target_security.ts";
import { milliseconds } from "../values/duration.ts";

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

/** Svix's schedule: https://docs.svix.com/retries */
const svixDelays = ["5s", "5m", "30m", "2h", "5h", "10h", "10h"];

/** Delays that grow, by default. */
const growing = { attempts: 8, first: "5s", factor: 6, longest: "10h" };

/**
 * The targets of a rules file as the courier needs them: durations in milliseconds, files by their
 * whole paths, which are relative to `file`, the rules file.
 */
export function targetsOf(
  { targets }: Pick<RulesFile, "targets">,
  file: string,
): readonly Target[] {
  return Object.entries(targets).map(([name, settings]) => {
    // the order and the body's form are the forward rule's affair
    const { timeout, rate, retry, breaker, batch, order: _, body: __, ...others } = settings;
    const { auth, secret, secrets, ca, ...rest } = others;
    return {
      ...rest,
      name,
      timeout: milliseconds(timeout),
      auth: authHeaders(rest.url, auth),
      secrets: secrets ?? (secret === undefined ? [] : [secret]),
      ca: ca === undefined ? undefined : besideRules(file, ca),
      rate,
      retry: scheduleOf(retry),
      breaker: breaker === false ? undefined : {
        failures: breaker.failures,
        pause: milliseconds(breaker.pause),
        longest: milliseconds(breaker.longest),
      },
      batch: batch && { max: batch.max, wait: milliseconds(batch.wait) },
    };
  });
}

function scheduleOf(
  { attempts, delays, first, factor, longest, jitter, maxAge }: TargetSettings["retry"],
): RetrySchedule {
  const age = maxAge === unbounded ? undefined : milliseconds(maxAge);
  if (first === undefined && factor === undefined && longest === undefined) {
    const list = (delays ?? svixDelays).map(milliseconds);
    return {
      attempts: attempts ?? list.length + 1,
      delays: { kind: "listed", list },
      jitter: jitter ?? "none",
      maxAge: age,
    };
  }
  return {
    attempts: attempts ?? growing.attempts,
    delays: {
      kind: "growing",
      first: milliseconds(first ?? growing.first),
      factor: factor ?? growing.factor,
      longest: milliseconds(longest ?? growing.longest),
    },
    jitter: jitter ?? "full",
    maxAge: age,
  };
}
