import { applyDuties, type DroppedOverride, echoed } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import { plainContinue, type Verdict } from "../openim/verdict.ts";
import type { Chain } from "./chain.ts";

/** A verdict that no server is broken by, and what had to be left out for that. */
export interface FinalVerdict {
  readonly verdict: Verdict;
  readonly dropped: readonly DroppedOverride[];
}

/**
 * From what the rules decided to what is answered: an after-callback always continues, because
 * OpenIM does not wait for it and some versions report a refusal of what is done; any other
 * answer does the duties of its command.
 */
export function finalVerdict(
  { timing, duties }: Pick<Chain, "timing" | "duties">,
  callback: Callback,
  verdict: Verdict,
): FinalVerdict {
  if (timing === "after") return { verdict: plainContinue, dropped: [] };
  if (verdict.kind === "refuse") {
    const { echo } = duties;
    return {
      verdict: echo.length === 0 ? verdict : { ...verdict, echo: echoed(echo, callback) },
      dropped: [],
    };
  }
  const { fields, dropped } = applyDuties(verdict.overrides, callback, duties);
  return { verdict: { kind: "continue", overrides: fields }, dropped };
}
