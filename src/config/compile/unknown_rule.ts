import type { RuleDefinition } from "../../extension/define_rule.ts";
import { didYouMean } from "../../values/nearest_name.ts";

/** What people call a kind of rule that has another name here. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  dedupe: ["deduplicate", "unique", "once"],
  forward: ["http", "proxy", "send", "webhook", "post"],
  limit: ["ratelimit", "rateLimit", "rate_limit", "throttle"],
  override: ["change", "modify", "replace", "rewrite"],
  refuse: ["block", "deny", "reject", "forbid"],
  set: ["let", "var", "variable"],
  words: ["filter", "keywords", "sensitive", "wordfilter"],
};

/** What to say of an entry of a chain that is no known kind of rule. */
export function unknownRule(
  { use, ...given }: Readonly<Record<string, unknown>>,
  definitions: readonly RuleDefinition[],
): string {
  const uses = [...definitions.map((known) => known.use), "chain"];
  const known = `known rules: ${uses.join(", ")}`;
  if (typeof use === "string" && use !== "") {
    const meant = uses.find((name) => otherNames[name]?.includes(use));
    if (meant !== undefined) return `unknown rule "${use}", did you mean "${meant}"?`;
    return `unknown rule "${use}"${didYouMean(use, uses) || `; ${known}`}`;
  }
  const kind = uses.find((name) => Object.hasOwn(given, name)) ??
    uses.find((name) => Object.values(given).includes(name));
  if (kind !== undefined) return `name the kind of rule: write { "use": "${kind}", ... }`;
  return `name the kind of rule; ${known}; a group has "when" and "rules"`;
}
