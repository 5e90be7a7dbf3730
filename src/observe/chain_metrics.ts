import type { Chain, LinkTrace } from "../chain/chain.ts";
import type { Outcome } from "../chain/outcome.ts";
import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";
import type { Verdict } from "../openim/verdict.ts";
import type { Labels, MetricRegistry } from "./metric_registry.ts";

const verdicts = ["continue", "refuse"] as const satisfies readonly Verdict["kind"][];

/** What a rule can say, or that it did not run. */
const outcomes = ["pass", "override", "refuse", "fail", "skipped"] as const satisfies readonly (
  | Outcome["kind"]
  | "skipped"
)[];

/** Upper ends of buckets for work in this process, seconds. */
const processingBuckets = [
  ...[0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005],
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
];

/**
 * Counts callbacks by command and rules by their place. Commands and rules come from the plugins and
 * the rules file, so their number is bounded.
 */
export class ChainMetrics implements CallbackWatcher {
  readonly #callbacks;
  readonly #chainDurations;
  readonly #outcomes;
  readonly #ruleDurations;
  readonly #storingDurations;
  readonly #commands = new Set<string>();
  /** The labels of each rule that has series, by its name. */
  readonly #rules = new Map<string, Labels>();

  constructor(metrics: MetricRegistry) {
    this.#callbacks = metrics.counter(
      "openim_router_callbacks_total",
      "Callbacks that were answered, by verdict.",
      ["command", "verdict"],
    );
    this.#chainDurations = metrics.histogram(
      "openim_router_chain_duration_seconds",
      "How long chains took, without the storing of their deliveries.",
      ["command"],
      processingBuckets,
    );
    this.#outcomes = metrics.counter(
      "openim_router_rule_outcomes_total",
      "What rules said. skipped: a condition or an earlier rule kept the rule from running.",
      ["rule", "use", "outcome"],
    );
    this.#ruleDurations = metrics.histogram(
      "openim_router_rule_duration_seconds",
      "How long the rules that ran took.",
      ["rule", "use"],
      processingBuckets,
    );
    this.#storingDurations = metrics.histogram(
      "openim_router_storing_duration_seconds",
      "How long answers waited until their deliveries were on the disk.",
      [],
      processingBuckets,
    );
  }

  watch({ command }: Chain): CallbackWatch {
    return {
      link: (trace) => this.#count(trace),
      decided: (verdict, duration) => {
        this.#callbacks.inc({ command, verdict: verdict.kind });
        this.#chainDurations.observe({ command }, duration / 1000);
      },
      stored: (duration) => this.#storingDurations.observe(duration / 1000),
    };
  }

  /**
   * Counts for these chains from now on. The counters of their commands and rules start at 0:
   * Prometheus sees no increase in a series that starts at 1. All others are forgotten.
   */
  follow(chains: ReadonlyMap<string, Chain>): void {
    const rules = new Map<string, Labels>();
    for (const { links } of chains.values()) {
      for (const { name, use, within } of links) {
        rules.set(name, { rule: name, use });
        for (const { branch } of within) {
          rules.set(branch.name, { rule: branch.name, use: "group" });
        }
      }
    }
    for (const [name, labels] of this.#rules) {
      if (rules.get(name)?.use !== labels.use) this.#forgetRule(labels);
    }
    for (const command of this.#commands) if (!chains.has(command)) this.#forgetCommand(command);
    for (const [name, labels] of rules) {
      this.#rules.set(name, labels);
      for (const outcome of outcomes) this.#outcomes.inc({ ...labels, outcome }, 0);
    }
    for (const command of chains.keys()) {
      this.#commands.add(command);
      for (const verdict of verdicts) this.#callbacks.inc({ command, verdict }, 0);
    }
  }

  #count({ name, use, outcome, duration }: LinkTrace): void {
    const labels = { rule: name, use };
    this.#outcomes.inc({ ...labels, outcome: outcome?.kind ?? "skipped" });
    if (outcome !== undefined) this.#ruleDurations.observe(labels, duration / 1000);
  }

  #forgetRule(labels: Labels): void {
    this.#rules.delete(labels.rule!);
    this.#ruleDurations.remove(labels);
    for (const outcome of outcomes) this.#outcomes.remove({ ...labels, outcome });
  }

  #forgetCommand(command: string): void {
    this.#commands.delete(command);
    this.#chainDurations.remove({ command });
    for (const verdict of verdicts) this.#callbacks.remove({ command, verdict });
  }
}
