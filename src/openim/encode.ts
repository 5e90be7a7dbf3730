/**
 * From a {@link Verdict} to the body that OpenIM reads. `docs/openim.md` says what each
 * version of OpenIM makes of it.
 *
 * @module
 */
import type { Dialect } from "./callback.ts";
import { stringifyExact } from "./exact_json.ts";
import { type RequestError, requestProblems } from "./request_error.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How `nextCode` is written. `"number"` is what every server since 3.4.2 decodes. `"documented"`
 * is the text that OpenIM's documentation shows, which those servers fail to decode: it is for a
 * caller of one's own that insists on it.
 */
export type NextCodeStyle = "number" | "documented";

/** What the writing of an answer depends on besides the verdict. */
export interface EncodeOptions {
  readonly dialect: Dialect;
  readonly nextCode: NextCodeStyle;
  readonly operationID: string;
  /** What went wrong although the chat continues, such as a delivery that was not stored. */
  readonly note?: string | undefined;
}

const answerFields = ["actionCode", "errCode", "errMsg", "errDlt", "nextCode"] as const;

const byFoldedName: ReadonlyMap<string, string> = new Map(
  answerFields.map((field) => [foldedName(field), field]),
);

/**
 * The field of every answer that Go would take a name for, if it would. An override never replaces
 * one of them.
 */
export function answerField(name: string): string | undefined {
  return byFoldedName.get(foldedName(name));
}

const largestInt32 = 2 ** 31 - 1;

/** Writes a verdict as the body of the answer. */
export function encode(verdict: Verdict, options: EncodeOptions): string {
  if (verdict.kind === "continue") return encodeContinue(verdict.overrides, options);
  const code = Number.isInteger(verdict.code) && verdict.code > 0 && verdict.code <= largestInt32
    ? verdict.code
    : requestProblems.internal.code;
  const answer = options.dialect === "v2"
    ? { actionCode: 1, errCode: code, errMsg: verdict.message, operationID: options.operationID }
    : {
      actionCode: 0,
      errCode: code,
      errMsg: verdict.message,
      errDlt: verdict.detail,
      nextCode: options.nextCode === "number" ? 1 : "1",
    };
  return stringifyExact({ ...answer, ...withoutAnswerFields(verdict.echo ?? {}) });
}

/** Fields that stand beside the answer's own and replace none of them. */
function withoutAnswerFields(
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([field]) => answerField(field) === undefined),
  );
}

function encodeContinue(
  overrides: Readonly<Record<string, unknown>>,
  { nextCode, note = "" }: EncodeOptions,
): string {
  return stringifyExact({
    actionCode: 0,
    errCode: 0,
    errMsg: "Success",
    errDlt: note,
    nextCode: nextCode === "number" ? 0 : "",
    ...withoutAnswerFields(overrides),
  });
}

/**
 * Writes the answer to a before-callback without proof if that is refused: every OpenIM since 3.0
 * decodes it, and each but 3.6.0 takes it for a refusal. 2.x names no command in its URL and gets
 * {@link encodeRequestError}, which it takes for one.
 */
export function encodeRefusedRequest(error: RequestError, nextCode: NextCodeStyle): string {
  const { message } = requestProblems[error.problem];
  const { code, detail, echo } = error;
  const verdict: Verdict = { kind: "refuse", code, message, detail, echo };
  return encode(verdict, { dialect: "v3", nextCode, operationID: "" });
}

/**
 * Writes the answer to a request that was turned away: it says "not executed", which 3.7 and later
 * take for consent, so that a receiver's trouble does not stop the chat.
 */
export function encodeRequestError(error: RequestError, nextCode: NextCodeStyle): string {
  return stringifyExact({
    actionCode: 1,
    errCode: error.code,
    errMsg: requestProblems[error.problem].message,
    errDlt: error.detail,
    nextCode: nextCode === "number" ? 0 : "",
    ...withoutAnswerFields(error.echo),
  });
}

/**
 * A name as Go's JSON decoder compares it: without regard to case, and with the long s taken for
 * an s and the Kelvin sign for a k. Two names of one folded name are one field to OpenIM.
 */
export function foldedName(name: string): string {
  return name.replaceAll("\u017f", "s").toLowerCase();
}
