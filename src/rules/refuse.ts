import { z } from "zod";
import { refuse as refuseOutcome } from "../chain/outcome.ts";
import { defineRule } from "../extension/define_rule.ts";

const codes =
  "expected a code from 5000 to 9999: OpenIM keeps these for an app's own errors, and " +
  "others are errors of its own to clients";

/** An error code that a refusal may have. */
export const appCode = z.int({ error: ({ input }) => input === undefined ? undefined : codes })
  .min(5000, codes).max(9999, codes);

/** The option for the error code of a refusal. */
export const refusalCode = appCode.default(5001).describe(
  "The error code that the user gets. OpenIM reserves 5000 to 9999 for it.",
);

/** Stops the operation. */
export const refuse = defineRule({
  use: "refuse",
  summary: "Stops the operation and tells the user why.",
  timing: "before",
  refusesWhen: () => "true",
  options: z.strictObject({
    code: refusalCode,
    message: z.string().min(1).describe("A short text for the user."),
    detail: z.string().min(1).optional().describe(
      "CEL: a longer text for callers of OpenIM's REST API. Chat clients never get it.",
    ),
  }),
  compile({ code, message, detail }, context) {
    const refuses = context.about.timing === "before";
    if (detail === undefined) {
      const outcome = refuseOutcome(code, message);
      return { refuses, run: () => outcome };
    }
    const detailOf = context.expression(["detail"], detail, "string");
    return {
      refuses,
      run: (callback, { outputs }) => refuseOutcome(code, message, detailOf(callback, outputs)),
    };
  },
});
