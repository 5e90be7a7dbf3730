/**
 * Reads an answer in OpenIM's response form, for targets that answer in place of the router: as
 * OpenIM 3.7 and later would, but for a nextCode that is text.
 *
 * @module
 */
import { z } from "zod";
import { issueWords } from "./issue_words.ts";
import { answerField } from "./encode.ts";
import { isObject, parseExact } from "./exact_json.ts";
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
  | {
    readonly kind: "verdict";
    readonly verdict: Verdict;
    /** The answer's errCode, when it is not 0 and the answer does not refuse. */
    readonly errCode?: number;
  }
  | { readonly kind: "notExecuted"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** JSON in the words of another service. */
  | { readonly kind: "foreign"; readonly reason: string };

/** The refusal code when a target refuses without one of its own. */
const defaultRefusalCode = 5001;

/**
 * Reads the text of an answer. An empty text is a plain consent; JSON without any field of OpenIM's
 * answer and without an override says nothing, and must not pass for a consent.
 *
 * @param overrides the fields that the command's server takes from an answer besides.
 */
export function readAnswer(body: string, overrides: readonly string[] = []): AnswerReading {
  if (body.trim() === "") return { kind: "verdict", verdict: plainContinue };
  let value: unknown;
  try {
    value = parseExact(body);
  } catch {
    return { kind: "unreadable", reason: "the answer is not JSON" };
  }
  if (isObject(value)) {
    const names = Object.keys(value);
    const meant = names.some((name) => answerField(name) !== undefined || overrides.includes(name));
    if (!meant) return { kind: "foreign", reason: foreignAnswer(names) };
    value = givenFields(value);
  }
  const read = answer.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue?.path.join(".") || "the answer";
    return {
      kind: "unreadable",
      reason: `${place}: ${issue === undefined ? "not as expected" : issueWords(issue)}`,
    };
  }
  const { actionCode, errCode, errMsg, errDlt, nextCode, ...others } = read.data;
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
  const verdict: Verdict = { kind: "continue", overrides: others };
  return { kind: "verdict", verdict, ...errCode !== 0 && { errCode } };
}

/**
 * What an answer gives, its own fields under the names that they have here. As in Go, a null counts
 * as not given: it does not take back what another spelling of the name has given.
 */
function givenFields(value: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [answerField(name) ?? name, member]),
  );
}

/** How many names of an answer's members a message shows, and how much of each. */
const shown = { members: 5, characters: 40 };

function foreignAnswer(names: readonly string[]): string {
  const first = names.slice(0, shown.members).map((name) => `"${name.slice(0, shown.characters)}"`);
  const came = names.length === 0
    ? "an object without members"
    : `${first.join(", ")}${names.length > first.length ? ", ..." : ""}`;
  return "the answer has no field of OpenIM's answer and none to replace; it has " + came;
}
