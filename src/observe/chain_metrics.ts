import type { ChainFigures } from "./chain_figures.ts";
import { registerTallies } from "./duration_tally.ts";
import { type MetricRegistry, prefix } from "./metric_registry.ts";

/** Registers what the chains and their rules have done. */
export function registerChains(metrics: MetricRegistry, chains: ChainFigures): void {
  metrics.counter(
    "callbacks_total",
    "Callbacks that were answered, by what OpenIM was told to do.",
    ["command", "verdict"],
    () => chains.verdicts(),
  );
  registerTallies(metrics.registry, {
    name: `${prefix}_chain_duration_seconds`,
    help: "How long chains took, without the storing of what they deliver.",
    labelNames: ["command"],
    tallies: () => chains.chainDurations(),
  });
  metrics.counter(
    "rule_outcomes_total",
    "What rules said; skipped: a condition or an earlier rule kept them from running.",
    ["rule", "use", "outcome"],
    () => chains.ruleResults(),
  );
  registerTallies(metrics.registry, {
    name: `${prefix}_rule_duration_seconds`,
    help: "How long rules took that ran.",
    labelNames: ["rule", "use"],
    tallies: () => chains.ruleDurations(),
  });
  registerTallies(metrics.registry, {
    name: `${prefix}_storing_duration_seconds`,
    help: "How long answers waited until their deliveries were on the disk.",
    labelNames: [],
    tallies: () => [[{}, chains.storing]],
  });
}
