import { plainContinue, type RefuseVerdict, type Verdict } from "../openim/verdict.ts";
import type { Outcome } from "./outcome.ts";

/**
 * What a failed rule means: `continue` keeps the chat going (the default, because since 3.7 OpenIM
 * has no such setting of its own), `refuse` stops the operation.
 */
export type OnError = "continue" | "refuse";

/** The `errCode` of a refusal that a failed rule causes under `onError: "refuse"`. */
export const failedRuleCode = 5501;

/**
 * Combines the outcomes of a chain, in the order of its rules, to the one verdict: the first
 * refusal wins and drops every override; otherwise overrides merge, a later rule winning over an
 * earlier one for the same field; failures follow `onError`.
 */
export function combine(outcomes: readonly Outcome[], onError: OnError): Verdict {
  let overrides: Record<string, unknown> | undefined;
  for (const outcome of outcomes) {
    const refusal = refusalOf(outcome, onError);
    if (refusal !== undefined) return refusal;
    if (outcome.kind === "override") overrides = { ...overrides, ...outcome.fields };
  }
  return overrides === undefined ? plainContinue : { kind: "continue", overrides };
}

/** The refusal that an outcome means under `onError`, if it means one. */
export function refusalOf(outcome: Outcome, onError: OnError): RefuseVerdict | undefined {
  if (outcome.kind === "refuse") {
    const { code, message, detail } = outcome;
    return { kind: "refuse", code, message, detail };
  }
  if (outcome.kind === "fail" && onError === "refuse") {
    return {
      kind: "refuse",
      code: failedRuleCode,
      message: "the request could not be checked",
      // the user sees this; what failed stands in the log
      detail: "",
    };
  }
  return undefined;
}
