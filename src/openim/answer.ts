/**
 * Reads an answer in OpenIM's response form, for targets that answer in place of the router: as
 * OpenIM 3.7 and later would, but for a nextCode that is text.
 *
 * @module
 */
import { z } from "zod";
import { answerField } from "./encode.ts";
import { parseExact } from "./exact_json.ts";
import { int32 } from "./fields.ts";
import { plainContinue, type Verdict } from "./verdict.ts";

const text = z.string().default("");
const number = int32.default(0);

const answer = z.looseObject({
  actionCode: number,
  errCode: number,
  errMsg: text,
  errDlt: text,
  // the documentation shows nextCode as text, so services written from it answer with text
  nextCode: z.union([number, z.enum(["", "0", "1"]).transform(Number)]),
});

/** What an answer says: a verdict, or why it is none. */
export type AnswerReading =
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "notExecuted"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The refusal code when a target refuses without one of its own. */
const defaultRefusalCode = 5001;

/** Reads the text of an answer. An empty text is a plain consent. */
export function readAnswer(body: string): AnswerReading {
  if (body.trim() === "") return { kind: "verdict", verdict: plainContinue };
  let value: unknown;
  try {
    value = givenFields(parseExact(body) ?? {});
  } catch {
    return { kind: "unreadable", reason: "the answer is not JSON" };
  }
  const read = answer.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue?.path.join(".") || "the answer";
    return { kind: "unreadable", reason: `${place}: ${issue?.message ?? "not as expected"}` };
  }
  const { actionCode, errCode, errMsg, errDlt, nextCode, ...overrides } = read.data;
  if (actionCode !== 0) {
    return { kind: "notExecuted", reason: `actionCode ${actionCode}: ${errMsg || errDlt}` };
  }
  if (nextCode === 1) {
    const code = errCode > 0 ? errCode : defaultRefusalCode;
    return {
      kind: "verdict",
      verdict: { kind: "refuse", code, message: errMsg, detail: errDlt },
    };
  }
  return { kind: "verdict", verdict: { kind: "continue", overrides } };
}

/**
 * What an answer gives, its own fields under the names that they have here. As in Go, a null counts
 * as not given: it does not take back what another spelling of the name has given.
 */
function givenFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [answerField(name) ?? name, member]),
  );
}
