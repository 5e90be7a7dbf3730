import { z } from "zod";
import { refuse as refuseOutcome } from "../chain/outcome.ts";
import { defineRule } from "../chain/rule.ts";

/** The option for the error code of a refusal. */
export const refusalCode = z.int().min(5000).max(9999).default(5001).describe(
  "The error code that the user gets; OpenIM reserves 5000 to 9999 for it.",
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
      "CEL: a longer text for callers of OpenIM's REST API; chat clients never get it.",
    ),
  }),
  compile({ code, message, detail }, context) {
    if (detail === undefined) {
      const outcome = refuseOutcome(code, message);
      return { run: () => outcome };
    }
    const detailOf = context.expression(["detail"], detail, "string");
    return {
      run: (callback, { outputs }) => refuseOutcome(code, message, detailOf(callback, outputs)),
    };
  },
});
