import { Budget } from "../../src/chain/budget.ts";
import { type Chain, type ChainResult, type Link, runChain } from "../../src/chain/chain.ts";
import type { LinkTrace } from "../../src/chain/chain.ts";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { type Outcome, pass } from "../../src/chain/outcome.ts";
import type { RuleScope, RunRule } from "../../src/chain/rule.ts";
import type { TraceContext } from "../../src/chain/trace_context.ts";
import type { AnswerDuties } from "../../src/openim/answer_duties.ts";
import type { Callback } from "../../src/openim/callback.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A link that runs a function and is called after it. */
export function aLink(name: string, run: RunRule, parts: Partial<Link> = {}): Link {
  return { name, use: name, rule: { run }, when: undefined, always: false, within: [], ...parts };
}

/** A link that gives one outcome. */
export function saying(outcome: Outcome, parts: Partial<Link> = {}): Link {
  return aLink(outcome.kind, () => outcome, parts);
}

/** A link that gives one outcome by way of a promise. */
export function sayingLater(outcome: Outcome, parts: Partial<Link> = {}): Link {
  return aLink(outcome.kind, () => Promise.resolve(outcome), parts);
}

/** A link that notes that it ran. */
export function noting(name: string, ran: string[], parts: Partial<Link> = {}): Link {
  return aLink(name, () => {
    ran.push(name);
    return pass();
  }, parts);
}

/** A link that never answers; `scope` is what it was handed. */
export function hanging(parts: Partial<Link> = {}) {
  const late = Promise.withResolvers<Outcome>();
  let scope: RuleScope | undefined;
  const link = aLink("hanging", (_callback, handed) => {
    scope = handed;
    return late.promise;
  }, parts);
  return {
    link,
    late,
    get scope(): RuleScope {
      if (scope === undefined) throw new Error("the hanging link has not run");
      return scope;
    },
  };
}

/** A delivery that is told by its ID. */
export function aDelivery(id: string): NewDelivery {
  return {
    id,
    target: "analytics",
    command: "callbackAfterGroupMsgReadCommand",
    operationID: "op-1",
    orderKey: "",
    createdAt: 0,
    headers: {},
    body: "{}",
  };
}

/** Of a command whose answers owe nothing. */
export const noDuties: AnswerDuties = { echo: [], guards: {} };

/** How a chain is run in a test. */
export interface RunParts extends Partial<Omit<Chain, "links">> {
  readonly callback?: Callback;
  readonly clock?: FakeClock;
  readonly trace?: (trace: LinkTrace) => void;
  readonly traceContext?: () => TraceContext;
}

/** Starts a chain of these links. */
export function start(
  links: readonly Link[],
  { callback = aCallback(), clock = new FakeClock(), trace, traceContext, ...parts }: RunParts = {},
): ChainResult | Promise<ChainResult> {
  const chain: Chain = {
    command: callback.command,
    timing: "before",
    links,
    onError: "continue",
    budget: 1000,
    duties: noDuties,
    ...parts,
  };
  const budget = new Budget(chain.budget, clock);
  return runChain(chain, callback, { clock, budget, trace, traceContext });
}

/** Runs a chain of links none of which waits. */
export function run(links: readonly Link[], parts: RunParts = {}): ChainResult {
  const result = start(links, parts);
  if (result instanceof Promise) throw new Error("the chain waits for something");
  return result;
}
