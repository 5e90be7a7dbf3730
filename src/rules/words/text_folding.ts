/**
 * Text folding: texts that differ only in case, width or form become the same.
 *
 * Each character is folded by itself, as in Unicode's NFKC_Casefold but decomposed (NFKD): "Ａ" and
 * "A" become "a", "ß" becomes "ss", half-width "ｶﾞ" and full-width "ガ" become the same two units,
 * and invisible characters, such as a zero-width space or a soft hyphen, become nothing. Several
 * accents on a letter are put in one order, whichever was typed first. One difference from Unicode:
 * the dotless "ı" is an "i".
 *
 * @module
 */

/** A folded text, and where each of its UTF-16 units comes from. */
export interface FoldedText {
  readonly text: string;
  /** For each unit, where its character starts in the original text. */
  readonly origins: readonly number[];
}

/** Folds a text and keeps where each unit comes from. */
export function foldWithOrigins(text: string): FoldedText {
  const origins: number[] = [];
  let folded = "";
  let at = 0;
  for (const character of text) {
    const fold = foldOf(character);
    folded += fold;
    for (let unit = 0; unit < fold.length; unit++) origins.push(at);
    at += character.length;
  }
  return { text: orderMarks(folded, origins), origins };
}

/** The folded text of a string. */
export function foldText(text: string): string {
  return foldWithOrigins(text).text;
}

/** The folds of the characters met so far; Unicode has about a million characters at most. */
const folds = new Map<string, string>();

function foldOf(character: string): string {
  let fold = folds.get(character);
  if (fold === undefined) folds.set(character, fold = foldCharacter(character));
  return fold;
}

function foldCharacter(character: string): string {
  if (/^\p{Default_Ignorable_Code_Point}$/u.test(character)) return "";
  const parts = Array.from(character.normalize("NFKD"), (part) =>
    // through the upper case, which unites "ſ" with "s" and "ς" with "σ"; "ẞ" is its own upper case
    Array.from(part.toLowerCase().toUpperCase(), (upper) => upper.toLowerCase()).join(""));
  return parts.join("").normalize("NFKD");
}

/**
 * Combining marks in a row. At most 30 are ordered at once, as in Unicode's stream-safe text format:
 * the time to order them grows with their square, and no writing has that many on a letter.
 */
const markRuns = /\p{M}{2,30}/gu;

/**
 * The text with the marks behind each letter in Unicode's canonical order: "ê" with a dot below is
 * the same text whichever of its two marks was typed first. The origins move along.
 */
function orderMarks(text: string, origins: number[]): string {
  return text.replace(markRuns, (given, start: number) => {
    const ordered = given.normalize("NFD");
    if (ordered === given) return given;
    let end = start;
    const typed = Array.from(given, (mark) => ({ mark, from: origins[(end += mark.length) - 1]! }));
    let at = start;
    for (const mark of ordered) {
      const [moved] = typed.splice(typed.findIndex((one) => one.mark === mark), 1);
      origins.fill(moved!.from, at, at += mark.length);
    }
    return ordered;
  });
}
