/**
 * The options of `forward` for a service that answers in its own words: CEL over its JSON decides.
 *
 * @module
 */
import { z } from "zod";
import type { Expression } from "../chain/expression.ts";
import { type Outcome, pass, refuse } from "../chain/outcome.ts";
import { OptionError, type RuleContext } from "../chain/rule.ts";
import { answerShapes } from "../expressions/answer_condition.ts";
import type { Callback } from "../openim/callback.ts";
import { compileOverride } from "./override.ts";

/** The options, each over `answer` and `status` besides what every expression of the rule sees. */
export const ownWords = {
  refuseWhen: z.string().min(1).optional().describe(
    'CEL with "answer", the service\'s JSON, and "status". If it is true, the answer is a ' +
      "refusal. The fields of OpenIM's answer then mean nothing.",
  ),
  code: z.union([z.int().min(5000).max(9999), z.string().min(1)]).optional().describe(
    "The error code of that refusal, 5001 by default: a number from 5000 to 9999, or CEL for one.",
  ),
  message: z.string().min(1).optional().describe(
    "CEL: the short text of that refusal, such as answer.reason or 'not here'.",
  ),
  detail: z.string().min(1).optional().describe("CEL: the longer text of that refusal."),
  override: z.record(z.string(), z.string().min(1)).refine(
    (fields) => Object.keys(fields).length > 0,
    "name at least one field",
  ).optional().describe(
    "The fields to replace if the answer is no refusal, each with CEL for its value.",
  ),
};

/** What the rules file says of them. */
export type OwnWords = z.output<z.ZodObject<typeof ownWords>>;

/** What an answer means for the chain. */
export type ReadOwnWords = (callback: Callback, values: Record<string, unknown>) => Outcome;

/** A rule's `refuseWhen` or `override` cannot be evaluated on an answer. */
export class OwnWordsError extends Error {
  override readonly name = "OwnWordsError";
}

/** The code and the texts of a refusal for which the rules file, or the answer, gives none. */
export const plainRefusal = { code: 5001, message: "not allowed" } as const;

const largestInt32 = 2 ** 31 - 1;

/**
 * Compiles the options; undefined when the service answers in OpenIM's words.
 *
 * @throws {OptionError} for options that mean nothing without another.
 */
export function compileOwnWords(options: OwnWords, context: RuleContext): ReadOwnWords | undefined {
  const { refuseWhen, override } = options;
  for (const name of ["code", "message", "detail"] as const) {
    if (options[name] === undefined || refuseWhen !== undefined) continue;
    throw new OptionError([name], `"${name}" is for what "refuseWhen" refuses; add "refuseWhen"`);
  }
  if (refuseWhen === undefined && override === undefined) return undefined;
  const refuses = refuseWhen === undefined
    ? () => false
    : context.expression(["refuseWhen"], refuseWhen, "bool", answerShapes);
  const refusal = compileRefusal(options, context);
  const change = override && compileOverride("override", override, context, answerShapes);
  return (callback, values) => {
    if (evaluated("refuseWhen", () => refuses(callback, values))) return refusal(callback, values);
    if (change === undefined) return pass();
    return evaluated("override", () => change(callback, values));
  };
}

function evaluated<Value>(name: keyof OwnWords, evaluate: () => Value): Value {
  try {
    return evaluate();
  } catch (error) {
    const [reason] = String((error as Error).message).split("\n", 1);
    throw new OwnWordsError(`"${name}" cannot be evaluated on the answer: ${reason}`);
  }
}

/** The refusal stands although its code or a text of it cannot be evaluated. */
function compileRefusal({ code, message, detail }: OwnWords, context: RuleContext): ReadOwnWords {
  const compile = <Value>(name: "code" | "message" | "detail", type: "int" | "string") => {
    const source = { code, message, detail }[name];
    if (typeof source !== "string") return () => undefined;
    const expression = context.expression([name], source, type, answerShapes) as Expression<Value>;
    const { log } = context.services;
    return (callback: Callback, values: Record<string, unknown>): Value | undefined => {
      try {
        return evaluated(name, () => expression(callback, values));
      } catch (error) {
        const { command, operationID } = callback;
        const { message: reason } = error as Error;
        log("warning", "refused without what the answer should give", {
          command,
          operationID,
          error: reason,
        });
        return undefined;
      }
    };
  };
  const codeOf = compile<bigint>("code", "int");
  const messageOf = compile<string>("message", "string");
  const detailOf = compile<string>("detail", "string");
  return (callback, values) => {
    const given = typeof code === "number" ? code : Number(codeOf(callback, values) ?? 0n);
    return refuse(
      given >= 1 && given <= largestInt32 ? given : plainRefusal.code,
      messageOf(callback, values) ?? plainRefusal.message,
      detailOf(callback, values) ?? "",
    );
  };
}
