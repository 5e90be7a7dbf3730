import { z } from "zod";
import { override as overrideOutcome } from "../chain/outcome.ts";
import { type CommandFacts, defineRule, OptionError, type RuleContext } from "../chain/rule.ts";
import { jsonOf } from "../expressions/cel_value.ts";
import { didYouMean } from "../nearest_name.ts";

/** An expression gave a value that the server could not decode. */
export class OverrideError extends Error {
  override readonly name = "OverrideError";
}

/** Changes fields of what OpenIM goes on with. */
export const override = defineRule({
  use: "override",
  summary: "Replaces values that OpenIM goes on with.",
  timing: "before",
  options: z.strictObject({
    set: z.record(z.string(), z.string().min(1)).refine(
      (fields) => Object.keys(fields).length > 0,
      "name at least one field",
    ).describe("The fields to replace, each with a CEL expression for its value."),
  }),
  compile({ set }, context) {
    const fields = Object.entries(set).map(([field, source]) =>
      [field, compileField(field, source, context)] as const
    );
    return {
      run(callback, { outputs }) {
        const values: Record<string, unknown> = {};
        for (const [field, valueOf] of fields) values[field] = valueOf(callback, outputs);
        return overrideOutcome(values);
      },
    };
  },
});

function compileField(field: string, source: string, context: RuleContext) {
  const { command, overrides } = context.about;
  const schema = overrides.shape[field] as z.ZodType | undefined;
  if (schema === undefined) {
    throw new OptionError(["set", field], noSuchField(field, context.about));
  }
  const valueOf = context.expression(["set", field], source, "any");
  return (...about: Parameters<typeof valueOf>) => {
    const value = plainNumbers(jsonOf(valueOf(...about)));
    const checked = schema.safeParse(value);
    if (checked.success) return value;
    const reason = checked.error.issues[0]?.message ?? "not as expected";
    throw new OverrideError(`${command} takes no such ${field}: ${reason}`);
  };
}

function noSuchField(field: string, { command, timing, overrides }: CommandFacts): string {
  if (timing === "after") return `${command} is an after-callback, which takes no overrides`;
  const known = Object.keys(overrides.shape);
  if (known.length === 0) return `${command} takes no overrides`;
  const hint = didYouMean(field, known) || `; it takes ${known.join(", ")}`;
  return `${command} takes no override "${field}"${hint}`;
}

/** Override schemas speak of numbers; what fits in one becomes one. */
function plainNumbers(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, plainNumbers(member)]),
    );
  }
  return value;
}
