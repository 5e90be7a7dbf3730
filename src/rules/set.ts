import { z } from "zod";
import { pass } from "../chain/outcome.ts";
import { defineRule } from "../extension/define_rule.ts";
import { outputName } from "./output_name.ts";

/** Gives a value a name. */
export const set = defineRule({
  use: "set",
  output: "vars",
  summary: "Names a value. Later rules see vars.<name>.",
  options: z.strictObject({
    name: outputName.describe(
      "The value's name. Later rules see the value as vars.<name>.",
    ),
    value: z.string().min(1).describe(
      "CEL: the value. Later rules are checked against its type. If this rule does not run, " +
        "the value is 0, false, empty or null, by its type.",
    ),
  }),
  compile({ name, value }, context) {
    const { evaluate, shape } = context.inferred(["value"], value);
    context.provide("vars", name, shape);
    return {
      run(callback, scope) {
        scope.output("vars", name, evaluate(callback, scope.outputs));
        return pass();
      },
    };
  },
});
