import type { Chain, LinkTrace } from "../chain/chain.ts";
import type { Outcome } from "../chain/outcome.ts";
import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";
import type { Verdict } from "../openim/verdict.ts";
import { DurationTally, type Labels, processingBounds } from "./duration_tally.ts";

/** What a rule said, or that it did not run. */
export type RuleResult = Outcome["kind"] | "skipped";

/** What became of the callbacks of one command. */
interface CommandFigures {
  readonly verdicts: Record<Verdict["kind"], number>;
  readonly durations: DurationTally;
}

/** What became of one rule, whatever the commands it runs for. */
interface RuleFigures {
  readonly labels: Labels;
  readonly results: Record<RuleResult, number>;
  readonly durations: DurationTally;
}

/**
 * Counts callbacks by command and rules by their place, in plain numbers that the metrics read:
 * this is where every callback passes. Commands and rules come from the plugins and the rules
 * file, so their number is bounded.
 */
export class ChainFigures implements CallbackWatcher {
  readonly #commands = new Map<string, CommandFigures>();
  readonly #rules = new Map<string, RuleFigures>();
  readonly #watches = new WeakMap<Chain, CallbackWatch>();
  /** How long answers waited for the outbox. */
  readonly storing = new DurationTally(processingBounds);

  watch(chain: Chain): CallbackWatch {
    let watch = this.#watches.get(chain);
    if (watch === undefined) {
      watch = this.#newWatch(chain);
      this.#watches.set(chain, watch);
    }
    return watch;
  }

  /**
   * Counts for these chains from now on: their commands and rules start at 0, and those that are in
   * none of them are forgotten.
   */
  follow(chains: ReadonlyMap<string, Chain>): void {
    const rules = new Set<string>();
    for (const [command, { links }] of chains) {
      this.#command(command);
      for (const { name, use, within } of links) {
        this.#rule({ name, use });
        rules.add(name);
        for (const { branch } of within) {
          this.#rule({ name: branch.name, use: "group" });
          rules.add(branch.name);
        }
      }
    }
    for (const name of this.#rules.keys()) if (!rules.has(name)) this.#rules.delete(name);
    for (const name of this.#commands.keys()) if (!chains.has(name)) this.#commands.delete(name);
  }

  /** How many callbacks had which verdict, by command. */
  *verdicts(): Generator<readonly [Labels, number]> {
    for (const [command, { verdicts }] of this.#commands) {
      for (const [verdict, count] of Object.entries(verdicts)) yield [{ command, verdict }, count];
    }
  }

  /** How long chains took, by command. */
  *chainDurations(): Generator<readonly [Labels, DurationTally]> {
    for (const [command, { durations }] of this.#commands) yield [{ command }, durations];
  }

  /** How often rules said what. */
  *ruleResults(): Generator<readonly [Labels, number]> {
    for (const { labels, results } of this.#rules.values()) {
      for (const [outcome, count] of Object.entries(results)) yield [{ ...labels, outcome }, count];
    }
  }

  /** How long rules took that ran. */
  *ruleDurations(): Generator<readonly [Labels, DurationTally]> {
    for (const { labels, durations } of this.#rules.values()) yield [labels, durations];
  }

  #newWatch({ command }: Chain): CallbackWatch {
    return {
      link: (trace) => this.#count(trace),
      decided: (verdict, duration) => {
        const { verdicts, durations } = this.#command(command);
        verdicts[verdict.kind]++;
        durations.add(duration);
      },
      stored: (duration) => this.storing.add(duration),
    };
  }

  #count(trace: LinkTrace): void {
    const { results, durations } = this.#rule(trace);
    if (trace.outcome === undefined) results.skipped++;
    else {
      results[trace.outcome.kind]++;
      durations.add(trace.duration);
    }
  }

  #command(command: string): CommandFigures {
    let figures = this.#commands.get(command);
    if (figures === undefined) {
      const durations = new DurationTally(processingBounds);
      figures = { verdicts: { continue: 0, refuse: 0 }, durations };
      this.#commands.set(command, figures);
    }
    return figures;
  }

  #rule({ name, use }: Pick<LinkTrace, "name" | "use">): RuleFigures {
    let figures = this.#rules.get(name);
    if (figures === undefined) {
      figures = {
        labels: { rule: name, use },
        results: { pass: 0, override: 0, refuse: 0, fail: 0, skipped: 0 },
        durations: new DurationTally(processingBounds),
      };
      this.#rules.set(name, figures);
    }
    return figures;
  }
}
