import { z } from "zod";
import { OptionError, redactedText, type RuleContext } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import type { Expression } from "../chain/expression.ts";
import { pass } from "../chain/outcome.ts";
import { jsonOf, plainJsonOf } from "../expressions/cel_value.ts";
import { NestingError } from "../openim/exact_json.ts";
import { readNames } from "../expressions/read_names.ts";
import { withoutMessageText } from "../openim/message_text_fields.ts";

/** Writes one structured line per callback. */
export const log = defineRule({
  use: "log",
  summary: "Writes one structured log line. It never delays the answer.",
  options: z.strictObject({
    level: z.enum(["debug", "info", "warning", "error"]).default("info").describe(
      "The level of the line.",
    ),
    message: z.string().min(1).default("callback").describe("The text of the line."),
    fields: z.union([
      z.array(z.string().min(1)),
      z.record(z.string().min(1), z.string().min(1)),
    ]).default([]).describe(
      "Further fields of the line: CEL expressions, or names with a CEL expression each. The " +
        'text of a message is logged only if you name its field, such as content. "body" comes ' +
        "without it.",
    ),
  }),
  compile({ level, message, fields }, context) {
    const { log } = context.services;
    const columns = compileFields(fields, context);
    return {
      run(callback, { outputs }) {
        const properties: Record<string, unknown> = {
          operationID: callback.operationID,
          command: callback.command,
        };
        for (const [name, value] of columns) {
          try {
            properties[name] = plainJsonOf(value(callback, outputs));
          } catch (error) {
            // how deeply a body is nested is its caller's choice
            if (!(error instanceof NestingError)) throw error;
            properties[name] = "[nested too deeply]";
          }
        }
        log(level, message, properties);
        return pass();
      },
    };
  },
});

/** What every line has; a field of that name would pass for it. */
const lineFields: ReadonlySet<string> = new Set([
  "@timestamp",
  "level",
  "message",
  "logger",
  "operationID",
  "command",
]);

function compileFields(
  fields: readonly string[] | Readonly<Record<string, string>>,
  context: RuleContext,
): readonly (readonly [string, Expression])[] {
  return Object.entries(fields).map(([key, source]) => {
    const name = Array.isArray(fields) ? source : key;
    const option = ["fields", Array.isArray(fields) ? Number(key) : key];
    if (lineFields.has(name)) {
      throw new OptionError(option, `every line has a "${name}" of its own; choose another name`);
    }
    const value = context.expression(option, source, "any");
    return [name, allowed(value, name, source, context)] as const;
  });
}

/** An expression's value as far as it may be logged; found out here, once, rather than for a line. */
function allowed(
  value: Expression,
  name: string,
  source: string,
  { redact }: RuleContext,
): Expression {
  const names = readNames(source);
  if (redact.some((field) => field === name || names.has(field))) return () => redactedText;
  if (!names.has("body")) return value;
  return (callback, outputs) => withoutMessageText(jsonOf(value(callback, outputs)), names);
}
