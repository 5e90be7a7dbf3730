import { AhoCorasick } from "@monyone/aho-corasick";
import { foldText, TextFolder } from "./text_folding.ts";
import { WordSieve } from "./word_sieve.ts";

/** A part of a text, in UTF-16 units; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the words of a list in texts, all of them in one pass, whatever their case, width or form.
 *
 * A word is found inside longer words as well: many languages write no spaces. It has to cover
 * whole characters of the text: "하" is not found in "한", of which it is a part.
 */
export class WordMatcher {
  readonly #automaton: AhoCorasick;
  readonly #sieve: WordSieve;
  readonly #folder = new TextFolder();

  /** @param words without any that folds to nothing, which throws a RangeError. */
  constructor(words: Iterable<string>) {
    const folded = [...new Set(Array.from(words, foldText))];
    if (folded.includes("")) throw new RangeError("a word has to have a character to be seen");
    this.#automaton = new AhoCorasick(folded);
    this.#sieve = new WordSieve(folded);
  }

  /** Whether there may be a word in the text: quick, never wrong when it says no. */
  mayFind(text: string): boolean {
    this.#folder.fold(text);
    return this.#sieve.passes(this.#folder.units, this.#folder.length);
  }

  /** Whether there is a word in the text. */
  matches(text: string): boolean {
    return this.find(text).length > 0;
  }

  /** What words cover of the text, in order; words that touch or overlap are one part. */
  find(text: string): readonly TextRange[] {
    if (!this.mayFind(text)) return [];
    const { origins, length } = this.#folder;
    const parts: { start: number; end: number }[] = [];
    const found = this.#automaton.matchInText(this.#folder.text())
      .filter(({ begin, end }) =>
        (begin === 0 || origins[begin - 1] !== origins[begin]) &&
        (end === length || origins[end - 1] !== origins[end])
      )
      .sort((one, other) => one.begin - other.begin);
    for (const { begin, end: foldedEnd } of found) {
      const start = origins[begin]!;
      const last = origins[foldedEnd - 1]!;
      const end = last + (text.codePointAt(last)! > 0xffff ? 2 : 1);
      const before = parts.at(-1);
      if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
      else parts.push({ start, end });
    }
    return parts;
  }
}
