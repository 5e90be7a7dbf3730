import { CelError } from "./cel_error.ts";

/** What people write who know another language, and what CEL has for it. */
const inCel: Readonly<Record<string, string>> = {
  and: "&&",
  or: "||",
  "&": "&&",
  "|": "||",
  "=": "==",
  "<>": "!=",
};

/** An error of syntax in words that quote what is at its place, and that place. */
export function syntaxError(cause: Summary, source: string, offset: number): CelError {
  const { summary } = cause;
  if (/\bEOF$/.test(summary)) return new CelError("the expression ends too early", offset, cause);
  if (!/^Unexpected (?:character|token)/.test(summary)) {
    return new CelError(lowerFirst(summary), offset, cause);
  }
  // the parser stops at the second half of "<>"
  const start = source.slice(0, offset).endsWith("<") ? offset - 1 : offset;
  const [found = ""] = /^(?:\w+|<>|.)/u.exec(source.slice(start)) ?? [];
  const remedy = inCel[found];
  return new CelError(`unexpected "${found}"${remedy ? `; write ${remedy}` : ""}`, start, cause);
}

/** The part of the parser's errors that is read here. */
interface Summary {
  readonly summary: string;
}

/** A sentence as it stands behind a colon. */
export function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
