/**
 * CEL's functions of texts as CEL has them: they count characters (code points), as `size` does,
 * and know the letters of ASCII only. The library counts halves of characters.
 *
 * @module
 */
import type { Environment } from "@marcbachmann/cel-js";
import { CostError } from "./work.ts";
import { matches } from "./pattern_matching.ts";
import type { ReplacedMethod } from "./replaced_functions.ts";

/** The longest text that a function may make, in UTF-16 units: texts multiply each other. */
const longestText = 4_000_000;

const method = (
  name: string,
  parameters: readonly string[],
  gives: string,
  run: ReplacedMethod["run"],
): ReplacedMethod => ({ name, receiver: "string", parameters, gives, run });

const join = (texts: readonly string[], separator = "") => {
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  if (length > longestText) {
    throw new CostError(`a text of ${length} characters is too long: ${longestText} is the most`);
  }
  return texts.join(separator);
};

/** The methods that take the place of the library's. */
export const textMethods: readonly ReplacedMethod[] = [
  method("matches", ["string"], "bool", matches),
  method("lowerAscii", [], "string", (text: string) => {
    return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }),
  method("upperAscii", [], "string", (text: string) => {
    return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  }),
  method("trim", [], "string", trim),
  method("indexOf", ["string"], "int", (text: string, part: string) => {
    return place(text, text.indexOf(part));
  }),
  method("indexOf", ["string", "int"], "int", (text: string, part: string, from: bigint) => {
    if (part === "") return from;
    return place(text, text.indexOf(part, offsetWithin(text, from)));
  }),
  method("lastIndexOf", ["string"], "int", (text: string, part: string) => {
    return place(text, text.lastIndexOf(part));
  }),
  method("lastIndexOf", ["string", "int"], "int", (text: string, part: string, from: bigint) => {
    if (part === "") return from;
    return place(text, text.lastIndexOf(part, offsetWithin(text, from)));
  }),
  method("substring", ["int"], "string", (text: string, start: bigint) => {
    return text.slice(offsetOf(text, start));
  }),
  method("substring", ["int", "int"], "string", (text: string, start: bigint, end: bigint) => {
    if (end < start) throw new RangeError(`the end, ${end}, stands before the start, ${start}`);
    return text.slice(offsetOf(text, start), offsetOf(text, end));
  }),
  method("split", ["string"], "list<string>", (text: string, separator: string) => {
    return split(text, separator);
  }),
  method("split", ["string", "int"], "list<string>", split),
  { name: "join", receiver: "list<string>", parameters: [], gives: "string", run: join },
  { name: "join", receiver: "list<string>", parameters: ["string"], gives: "string", run: join },
];

/** Registers the functions of texts that the library does not have. */
export function addTextFunctions(environment: Environment): void {
  const sync = { async: false };
  environment.registerFunction("matches(string, string): bool", matches, sync);
  environment.registerFunction("string.charAt(int): string", (text: string, index: bigint) => {
    const offset = offsetOf(text, index);
    return offset < text.length ? String.fromCodePoint(text.codePointAt(offset)!) : "";
  }, sync);
  environment.registerFunction("string.reverse(): string", (text: string) => {
    return Array.from(text).reverse().join("");
  }, sync);
  environment.registerFunction("string.replace(string, string): string", replace, sync);
  environment.registerFunction("string.replace(string, string, int): string", replace, sync);
}

/** `limit` is the most parts, of which the last is the rest; a negative one is none. */
function split(text: string, separator: string, limit = -1n): string[] {
  if (limit === 0n) return [];
  // the empty separator stands between any two characters
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  const most = Number(limit);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** `limit` is the most that are replaced; a negative one is none. */
function replace(text: string, part: string, by: string, limit = -1n): string {
  // the empty part stands before each character and after the last
  const parts = part === "" ? ["", ...text, ""] : text.split(part);
  if (limit < 0n) return join(parts, by);
  const most = Number(limit);
  return join([join(parts.slice(0, most + 1), by), ...parts.slice(most + 1)], part);
}

/** Loops, because a pattern for the blanks at the end begins anew at each blank in the middle. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start]!)) start++;
  while (start < end && isBlank(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isBlank(character: string): boolean {
  return /\p{White_Space}/u.test(character);
}

/** The number of characters before an offset; -1 for -1, which says that there is none. */
function place(text: string, offset: number): bigint {
  if (offset === -1) return -1n;
  return BigInt(Array.from(text.slice(0, offset)).length);
}

/** Where in the text the character of a number begins; the text's end for the number behind it. */
function offsetOf(text: string, index: bigint): number {
  let offset = 0;
  let characters = 0n;
  while (characters < index && offset < text.length) {
    offset += unitsAt(text, offset);
    characters++;
  }
  if (characters === index) return offset;
  throw new RangeError(`the text has no character ${index}`);
}

/** As {@link offsetOf}, of a character that is there. */
function offsetWithin(text: string, index: bigint): number {
  const offset = offsetOf(text, index);
  if (offset < text.length) return offset;
  throw new RangeError(`the text has no character ${index}`);
}

function unitsAt(text: string, offset: number): number {
  return text.codePointAt(offset)! > 0xffff ? 2 : 1;
}
