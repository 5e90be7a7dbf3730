import type { AnswerDuties } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import type { Verdict } from "../openim/verdict.ts";
import { Budget } from "./budget.ts";
import type { Clock } from "./clock.ts";
import { combine, type OnError, refusalOf } from "./combine.ts";
import type { NewDelivery } from "./deliveries.ts";
import type { Expression } from "./expression.ts";
import { fail, type Outcome } from "./outcome.ts";
import type { CompiledRule, RuleScope, Timing } from "./rule.ts";
import type { TraceContext } from "./trace_context.ts";

/** One link of a chain. */
export interface Link {
  /** The place in the rules file or the plugin, for logs and traces. */
  readonly name: string;
  /** The kind of rule; `plugin` for a plugin's own code. */
  readonly use: string;
  readonly rule: CompiledRule;
  /** The link is passed over if this is false. */
  readonly when: Expression<boolean> | undefined;
  /** Runs although an earlier link refused or skipped the rest. */
  readonly always: boolean;
  /** The conditions of the groups that it stands in, outermost first. */
  readonly within: readonly Within[];
}

/** A condition over several links, evaluated once for a callback, when the first of them is due. */
export interface Branch {
  /** The group's place, for logs and traces. */
  readonly name: string;
  readonly when: Expression<boolean>;
}

/** A side of a branch: the links if its condition is true, or those if it is false. */
export interface Within {
  readonly branch: Branch;
  readonly taken: boolean;
}

/** A command's rules in order, compiled. */
export interface Chain {
  readonly command: string;
  readonly timing: Timing;
  readonly links: readonly Link[];
  readonly onError: OnError;
  /** Milliseconds for the whole chain. */
  readonly budget: number;
  /** What the command's answers owe to the server. */
  readonly duties: AnswerDuties;
}

/** What became of one link. */
export interface LinkTrace {
  readonly name: string;
  /** The kind of rule; `group` for a group's condition that failed. */
  readonly use: string;
  /** Undefined when the link did not run. */
  readonly outcome: Outcome | undefined;
  /** Why it did not run. */
  readonly skipped?: "when" | "group" | CutShort;
  /** How long it took, milliseconds, with the conditions of the links skipped just before it. */
  readonly duration: number;
}

/** Why only links that run always are left: a link refused, or said that nothing is left to do. */
type CutShort = "refused" | "stopped";

/** What a chain made of a callback. */
export interface ChainResult {
  readonly verdict: Verdict;
  /** What the rules asked to deliver; to be stored before the answer. */
  readonly deliveries: readonly NewDelivery[];
  /** The links that failed, whatever the verdict. */
  readonly failures: readonly LinkFailure[];
  /** How long its links took, milliseconds; 0 if nothing is traced. */
  readonly duration: number;
}

/** A link that could not do its work. */
export interface LinkFailure {
  readonly name: string;
  readonly error: Error;
}

/** What running a chain needs besides the callback. */
export interface RunOptions {
  readonly clock: Clock;
  /** The callback's time, which the caller goes on to use for storing the deliveries. */
  readonly budget: Budget;
  /** Reports every link, for `simulate`, logs and metrics. */
  readonly trace?: ((trace: LinkTrace) => void) | undefined;
  /** The trace that the callback belongs to; asked for by the rules that send something. */
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
}

/**
 * How long a chain's links may take together before others have their turn, milliseconds: many
 * long conditions over a long message must hold nobody else up.
 */
const turn = 10;

/** Lets other work go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Runs a chain's links in order. Returns a promise only if a link does. */
export function runChain(
  chain: Chain,
  callback: Callback,
  options: RunOptions,
): ChainResult | Promise<ChainResult> {
  return new ChainRun(chain, callback, options).from(0);
}

class ChainRun implements RuleScope {
  readonly #chain: Chain;
  readonly #callback: Callback;
  readonly #options: RunOptions;
  readonly #outcomes: Outcome[] = [];
  /** What rules found out, by output and name. */
  readonly outputs: Record<string, Record<string, unknown>> = Object.create(null);
  readonly #deliveries: NewDelivery[] = [];
  readonly #failures: LinkFailure[] = [];
  /** What the conditions of groups came to; undefined for one that failed. */
  readonly #branches = new Map<Branch, boolean | undefined>();
  #cutShort: CutShort | undefined;
  /**
   * Up to when the time is accounted for: one look at the clock ends a link and begins the next.
   */
  #reached: number;
  /** A rule that was given up may still be running; what it says is too late. */
  #ended = false;

  constructor(chain: Chain, callback: Callback, options: RunOptions) {
    this.#chain = chain;
    this.#callback = callback;
    this.#options = options;
    this.#reached = options.budget.began;
  }

  get signal(): AbortSignal {
    return this.#options.budget.signal;
  }

  get traceContext(): TraceContext | undefined {
    // of a callback that is answered nothing can be read any more
    return this.#ended ? undefined : this.#options.traceContext?.();
  }

  output(output: string, name: string, value: unknown): void {
    if (this.#ended) return;
    (this.outputs[output] ??= Object.create(null))[name] = value;
  }

  replaced(field: string): unknown {
    const overrides = this.#outcomes.flatMap((outcome) =>
      outcome.kind === "override" ? [outcome.fields] : []
    );
    return overrides.findLast((fields) => Object.hasOwn(fields, field))?.[field];
  }

  deliver(delivery: NewDelivery): void {
    if (!this.#ended) this.#deliveries.push(delivery);
  }

  from(start: number): ChainResult | Promise<ChainResult> {
    const { links } = this.#chain;
    const { clock, trace } = this.#options;
    const began = clock.monotonic();
    for (let index = start; index < links.length; index++) {
      if (index > start && clock.monotonic() - began > turn) {
        return this.#afterOthers(index);
      }
      const link = links[index]!;
      const outcome = this.#runLink(link, index);
      if (typeof outcome === "string") {
        const { name, use } = link;
        trace?.({ name, use, outcome: undefined, skipped: outcome, duration: 0 });
        continue;
      }
      if (outcome instanceof Promise) {
        return outcome.then((settled) => {
          this.#take(link, settled);
          return this.from(index + 1);
        });
      }
      this.#take(link, outcome);
    }
    return this.#result();
  }

  /** Goes on when others have had their turn, which is in the budget and no link's time. */
  async #afterOthers(index: number): Promise<ChainResult> {
    const { clock } = this.#options;
    const left = clock.monotonic();
    await nextTurn();
    this.#reached += clock.monotonic() - left;
    return this.from(index);
  }

  #runLink(link: Link, index: number): Outcome | Promise<Outcome> | "when" | "group" | CutShort {
    if (this.#cutShort !== undefined && !link.always) return this.#cutShort;
    if (!this.#isWithin(link)) return "group";
    const { budget } = this.#options;
    try {
      if (link.when !== undefined && !link.when(this.#callback, this.outputs)) return "when";
      if (index > 0 && budget.spent) return fail(budget.error());
      const outcome = link.rule.run(this.#callback, this);
      return outcome instanceof Promise ? budget.race(outcome).catch(fail) : outcome;
    } catch (error) {
      return fail(error);
    }
  }

  /** Whether the groups around a link let it run. A condition that fails lets neither side run. */
  #isWithin({ within }: Link): boolean {
    for (const { branch, taken } of within) {
      if (!this.#branches.has(branch)) this.#branches.set(branch, this.#decide(branch));
      if (this.#branches.get(branch) !== taken) return false;
    }
    return true;
  }

  #decide(branch: Branch): boolean | undefined {
    try {
      return branch.when(this.#callback, this.outputs);
    } catch (error) {
      const condition = { name: branch.name, use: "group" };
      this.#take(condition, fail(error));
      return undefined;
    }
  }

  #take({ name, use }: Pick<Link, "name" | "use">, outcome: Outcome): void {
    const { clock, trace } = this.#options;
    if (trace !== undefined) {
      const now = clock.monotonic();
      trace({ name, use, outcome, duration: now - this.#reached });
      this.#reached = now;
    }
    if (outcome.kind === "pass") {
      if (outcome.skipRest) this.#cutShort ??= "stopped";
      return;
    }
    this.#outcomes.push(outcome);
    if (outcome.kind === "fail") this.#failures.push({ name, error: outcome.error });
    if (refusalOf(outcome, this.#chain.onError) !== undefined) this.#cutShort ??= "refused";
  }

  #result(): ChainResult {
    this.#ended = true;
    return {
      verdict: combine(this.#outcomes, this.#chain.onError),
      deliveries: this.#deliveries,
      failures: this.#failures,
      duration: this.#reached - this.#options.budget.began,
    };
  }
}
