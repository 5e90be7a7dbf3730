import { Budget } from "../../chain/budget.ts";
import { type Chain, type LinkTrace, runChain } from "../../chain/chain.ts";
import type { Clock } from "../../chain/clock.ts";
import type { NewDelivery } from "../../chain/deliveries.ts";
import { finalVerdict } from "../../chain/final_verdict.ts";
import type { DroppedOverride } from "../../openim/answer_duties.ts";
import { createDecoder } from "../../openim/decode.ts";
import { encode } from "../../openim/encode.ts";
import { plainContinue, type Verdict } from "../../openim/verdict.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { LoadedRules } from "../load/load_rules.ts";

/** A callback to run without a server around it. */
export interface DryCallback {
  /** The command or an alias. */
  readonly command: string;
  readonly body: string;
  readonly clock: Clock;
}

/** What a callback came to. */
export interface DryRun {
  readonly plugin: Plugin;
  /** Every rule of the chain, in order. */
  readonly traces: readonly LinkTrace[];
  /** What would have been stored. */
  readonly deliveries: readonly NewDelivery[];
  /** What the rules and the command's duties come to. */
  readonly verdict: Verdict;
  /** What was left out of the answer. */
  readonly dropped: readonly DroppedOverride[];
  /** What the answer would return of the request if no rule changed anything. */
  readonly echo: Readonly<Record<string, unknown>>;
  /** The body of the answer. */
  readonly answer: string;
}

/**
 * Runs a callback through its real chain, from the body to the answer; nothing is stored. Effects
 * of the rules go to the services that the chains were compiled with.
 *
 * @throws {RequestError} for a body that would be turned away.
 */
export async function dryRun(
  { registry, settings }: Pick<LoadedRules, "registry" | "settings">,
  chains: ReadonlyMap<string, Chain>,
  { command, body, clock }: DryCallback,
): Promise<DryRun> {
  const decode = createDecoder({
    find: registry.find,
    suggest: registry.suggest,
    newOperationID: () => "simulated",
    now: clock.now,
  });
  const { callback, known } = decode({
    path: `/${encodeURIComponent(command)}`,
    commandParameter: undefined,
    header: (name) => name === "operationid" ? "simulated" : undefined,
    body,
  });
  const chain = chains.get(known.command)!;
  const traces: LinkTrace[] = [];
  const budget = new Budget(chain.budget, clock);
  const { verdict: decided, deliveries } = await runChain(chain, callback, {
    clock,
    budget,
    trace: (trace) => traces.push(trace),
  });
  budget.end();
  const { verdict, dropped } = finalVerdict(chain, callback, decided);
  const { nextCode } = settings.server;
  const { dialect, operationID } = callback;
  const answer = encode(verdict, { dialect, nextCode, operationID });
  const plain = finalVerdict(chain, callback, plainContinue).verdict;
  const echo = plain.kind === "continue" ? plain.overrides : {};
  return { plugin: known, traces, deliveries, verdict, dropped, echo, answer };
}

/**
 * Why a rule failed, in one line: CEL's messages go on with the expression and where in it the
 * trouble is, which breaks tables and lists.
 */
export function failureReason({ message }: Error): string {
  return message.split("\n", 1)[0]!;
}
