import { CelError } from "./cel_error.ts";

/** What people write who know another language, and what CEL has for it. */
const inCel: Readonly<Record<string, string>> = {
  "!==": "write !=",
  "$": "a name has no $",
  "&": "write &&",
  "++": "write +",
  ";": "leave it out",
  "<>": "write !=",
  "=": "write ==",
  "===": "write ==",
  "=>": "write >=",
  "=~": "write .matches('...')",
  "`": "a text stands in single quotes: '...'",
  "|": "write ||",
  "~": "write .matches('...')",
  "‘": "a text stands in single quotes: '...'",
  "’": "a text stands in single quotes: '...'",
  "“": "a text stands in single quotes: '...'",
  "”": "a text stands in single quotes: '...'",
  "/": "a pattern stands in quotes: .matches('...')",
  "^": "a pattern stands in quotes: .matches('...')",
  and: "write &&",
  contains: "write .contains('...')",
  endswith: "write .endsWith('...')",
  includes: "write .contains('...')",
  is: "write ==",
  like: "write .contains('...') or .matches('...')",
  matches: "write .matches('...')",
  not: "write !",
  or: "write ||",
  startswith: "write .startsWith('...')",
  xor: "write !=",
};

/** Signs of several characters in which CEL's parser stops, longest first. */
const signs = /(?:[!=]==|<>|=>|=~|\+\+|.)$/u;

/** CEL's names of tokens. */
const tokens: Readonly<Record<string, string>> = {
  COLON: '":"',
  COMMA: '","',
  DOT: '"."',
  EOF: "the end",
  IDENTIFIER: "a name",
  LBRACE: '"{"',
  LBRACKET: '"["',
  LPAREN: '"("',
  NUMBER: "a number",
  RBRACE: '"}"',
  RBRACKET: '"]"',
  RPAREN: '")"',
  STRING: "a text",
};

/** An error of syntax in words that quote what is at its place, and that place. */
export function syntaxError(cause: Summary, source: string, offset: number): CelError {
  const { summary } = cause;
  const say = (message: string, start = offset) => new CelError(message, start, cause);
  const jinja = /\{\{|\$\{/.exec(source);
  if (jinja !== null) {
    return say(`"${jinja[0]}" is not for expressions; write the expression itself`, jinja.index);
  }
  const window = /[.[]\s*(\d+(?:ms|s|m|h|d))\b/.exec(source);
  if (window !== null) {
    return say(`"${window[1]}" is a text; write ['${window[1]}']`, window.index);
  }
  if (/\bEOF$/.test(summary)) return say("the expression ends too early");
  if (/^Reserved identifier/.test(summary)) return say(reserved(source, offset));
  if (/^Invalid escape/.test(summary)) return say(escapeWords(source, offset));
  const expected = /^Expected (\w+), got (\w+)$/.exec(summary);
  if (expected !== null) return say(expectedWords(expected[1]!, source, offset));
  if (!/^Unexpected (?:character|token)/.test(summary)) return say(lowerFirst(summary));
  return unexpected(source, offset, say);
}

function unexpected(
  source: string,
  offset: number,
  say: (message: string, start?: number) => CelError,
): CelError {
  const word = /^\w+/.exec(source.slice(offset))?.[0];
  const before = /\bnot\s+$/i.exec(source.slice(0, offset));
  if (before !== null) return say('unexpected "not"; write !', before.index);
  if (word === undefined) {
    const [found, start] = signAt(source, offset);
    return say(`unexpected "${found}"${remedyOf(found)}`, start);
  }
  if (/^not\s+in\b/i.test(source.slice(offset))) {
    return say(`unexpected "not in"; write !(... in [...])`);
  }
  return say(`unexpected "${word}"${remedyOf(word.toLowerCase())}`);
}

/** The whole sign in which the parser stopped, which may have begun before. */
function signAt(source: string, offset: number): readonly [string, number] {
  for (const end of [offset + 2, offset + 1]) {
    const found = signs.exec(source.slice(0, end))?.[0];
    if (found !== undefined && found.length > 1 && end - found.length <= offset) {
      return [found, end - found.length];
    }
  }
  return [String.fromCodePoint(source.codePointAt(offset) ?? 32), offset];
}

function remedyOf(found: string): string {
  return Object.hasOwn(inCel, found) ? `; ${inCel[found]}` : "";
}

function reserved(source: string, offset: number): string {
  const [word = ""] = /\w*/.exec(source.slice(offset)) ?? [];
  const remedy = word === "if" ? "; write condition ? one : other" : "; choose another name";
  return `"${word}" is a word that CEL keeps for itself${remedy}`;
}

function escapeWords(source: string, offset: number): string {
  const [, found = ""] = /\\(.?)/u.exec(source.slice(offset)) ?? [];
  return `"\\${found}" is no escape in a text; put r before the text's quote, such as r'\\d+', ` +
    "which JSON writes as \"r'\\\\d+'\"";
}

function expectedWords(wanted: string, source: string, offset: number): string {
  const found = String.fromCodePoint(source.codePointAt(offset) ?? 32);
  const fact = `expected ${tokens[wanted] ?? wanted.toLowerCase()}, not "${found}"`;
  const isList = found === "," && /\bin\s*[({][^)}]*$/.test(source.slice(0, offset));
  return isList ? `${fact}; a list stands in [ ]` : fact;
}

/** The part of the parser's errors that is read here. */
interface Summary {
  readonly summary: string;
}

/** A sentence as it stands behind a colon. */
export function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
