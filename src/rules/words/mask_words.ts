import { foldText } from "./text_folding.ts";
import type { TextRange, WordMatcher } from "./word_matcher.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether a reader sees a text as one character. */
export function isOneCharacter(text: string): boolean {
  return [...graphemes.segment(text)].length === 1;
}

/** How many times a text is masked before all of it is replaced by masks. */
const mostPasses = 8;

/**
 * The text with every character of a listed word replaced by `mask`, so that no listed word is left.
 * A character is what a reader sees as one: an accent or a skin tone belongs to its letter or face.
 *
 * @param mask one character that {@link fitsAsMask}.
 */
export function maskWords(text: string, matcher: WordMatcher, mask: string): string {
  let masked = text;
  for (let pass = 0; pass < mostPasses; pass++) {
    const parts = matcher.find(masked);
    if (parts.length === 0) return masked;
    masked = maskParts(masked, parts, mask);
    // masks can form a listed word with their neighbours, such as "f**l"
  }
  return maskParts(masked, [{ start: 0, end: masked.length }], mask);
}

function maskParts(text: string, parts: readonly TextRange[], mask: string): string {
  const segments = graphemes.segment(text);
  let masked = "";
  let done = 0;
  for (const { start, end } of parts) {
    for (let at = Math.max(start, done); at < end;) {
      const { index, segment } = segments.containing(at)!;
      masked += text.slice(done, index) + mask;
      at = done = index + segment.length;
    }
  }
  return masked + text.slice(done);
}

/** Whether no word consists of the mask alone. Masking could not remove such a word. */
export function fitsAsMask(mask: string, words: readonly string[]): boolean {
  const folded = foldText(mask);
  if (folded === "") return false;
  return words.every((word) => {
    const wanted = foldText(word);
    return !folded.repeat(Math.ceil(wanted.length / folded.length) + 1).includes(wanted);
  });
}
