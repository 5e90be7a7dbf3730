import { fail, type Outcome, override, pass, refuse } from "../chain/outcome.ts";
import type { CommandFacts } from "../chain/rule.ts";
import { takenFields } from "../chain/taken_fields.ts";
import { readAnswer } from "../openim/answer.ts";

/** A target answered, but not in a way that says what OpenIM should do. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

/** What an answer in OpenIM's words means for the chain. */
export interface ReadOpenimWords {
  readonly outcome: Outcome;
  /** The answer's errCode, when it is not 0 and the answer does not refuse. */
  readonly errCode?: number;
}

/** Reads an answer in OpenIM's words; fields that the server does not take are dropped. */
export function readOpenimWords(text: string, about: CommandFacts): ReadOpenimWords {
  const read = readAnswer(text, Object.keys(about.overrides.shape));
  if (read.kind !== "verdict") {
    const remedy = read.kind === "foreign"
      ? '; for a service that answers in its own words, write "refuseWhen"'
      : "";
    return { outcome: fail(new AnswerError(read.reason + remedy)) };
  }
  const { verdict, ...odd } = read;
  if (verdict.kind === "refuse") {
    return { outcome: refuse(verdict.code, verdict.message, verdict.detail) };
  }
  const fields = about.timing === "after" ? {} : takenFields(verdict.overrides, about);
  return { outcome: Object.keys(fields).length === 0 ? pass() : override(fields), ...odd };
}
