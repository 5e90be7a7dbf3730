import { type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** A parse error's kind in words, such as "property name expected". */
export function problemWords({ error }: Pick<ParseError, "error">): string {
  return printParseErrorCode(error).replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/**
 * Where and why a text is no JSON. V8's own message quotes the text, and with it what is secret in
 * it.
 */
export function describeBrokenJson(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch {
    return "invalid JSON: nested too deeply"; // the parser calls itself for each level
  }
  const [first] = errors;
  if (first === undefined) return "invalid JSON";
  return `invalid JSON at character ${first.offset + 1}: ${problemWords(first)}`;
}
