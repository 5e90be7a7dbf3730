import type { RulesFile } from "./config/rules_file.ts";
import { besideRules } from "./config/load_rules.ts";
import { authHeaders } from "./config/target_security.ts";
import type { Target } from "./delivery/target.ts";
import { milliseconds } from "./duration.ts";

/**
 * The targets of a rules file as the courier needs them: durations in milliseconds, files by their
 * whole paths, which are relative to `file`, the rules file.
 */
export function targetsOf(
  { targets }: Pick<RulesFile, "targets">,
  file: string,
): readonly Target[] {
  return Object.entries(targets).map((
    [name, { timeout, retry, auth, secret, secrets, ca, body: _, ...rest }],
  ) => ({
    ...rest,
    name,
    timeout: milliseconds(timeout),
    auth: authHeaders(rest.url, auth),
    secrets: secrets ?? (secret === undefined ? [] : [secret]),
    ca: ca === undefined ? undefined : besideRules(file, ca),
    retry: {
      attempts: retry.attempts,
      factor: retry.factor,
      first: milliseconds(retry.first),
      longest: milliseconds(retry.longest),
    },
  }));
}
