import { type ParseError, type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser";

/** A parse error's kind in words, such as "property name expected". */
export function problemWords({ error }: Pick<ParseError, "error">): string {
  return printParseErrorCode(error).replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/**
 * Where and why a text is no JSON. V8's own message quotes the text, and with it what is secret in
 * it.
 */
export function describeBrokenJson(text: string): string {
  try {
    visit(text, { onError: (error, offset) => stop(error, offset) }, { disallowComments: true });
  } catch (thrown) {
    if (thrown instanceof FirstError) return thrown.message;
    return "invalid JSON: nested too deeply"; // the parser calls itself for each level
  }
  return "invalid JSON";
}

/** Ends the parsing: a large text may have an error at every character. */
class FirstError extends Error {}

function stop(error: ParseErrorCode, offset: number): never {
  throw new FirstError(`invalid JSON at character ${offset + 1}: ${problemWords({ error })}`);
}
