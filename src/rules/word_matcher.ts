import { AhoCorasick } from "@monyone/aho-corasick";
import { foldText, TextFolder } from "./text_folding.ts";
import { registerUnits } from "./word_register.ts";
import { clear, depth, unclear, WordSieve } from "./word_sieve.ts";

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
  /** The words, folded. */
  readonly #words: ReadonlySet<string>;
  readonly #automaton: AhoCorasick;
  readonly #sieve: WordSieve;
  /** The units of the longest word, folded. */
  readonly #longest: number;
  readonly #folder = new TextFolder();

  /** @throws {RangeError} for a word that folds to nothing, or with half a character. */
  constructor(words: Iterable<string>) {
    this.#words = new Set(Array.from(words, foldText));
    const folded = [...this.#words];
    if (this.#words.has("")) throw new RangeError("a word has to have a character to be seen");
    if (!folded.every((word) => word.isWellFormed())) {
      throw new RangeError("a word has to be whole characters");
    }
    this.#automaton = new AhoCorasick(folded);
    this.#sieve = new WordSieve(folded);
    this.#longest = folded.reduce((most, word) => Math.max(most, word.length), 0);
  }

  /**
   * Whether there is no word in the text for certain, nor in a text that it is the JSON of: quick,
   * and so for most texts without one.
   */
  isClear(text: string): boolean {
    const seen = this.#sieve.glance(text);
    if (seen === clear) return true;
    // behind a backslash there may be any character
    return seen === unclear && !text.includes("\\") && this.#fold(text) === -1;
  }

  /** Whether there is a word in the text. */
  matches(text: string): boolean {
    const seen = this.#sieve.glance(text);
    if (seen === clear) return false;
    if (seen !== unclear && this.#endsAt(text, seen)) return true;
    const start = this.#fold(text);
    if (start === -1) return false;
    // the word is most likely where the sieve has seen it
    const end = Math.min(start + registerUnits + this.#longest, this.#folder.length);
    if (this.#foundIn(start, end).length > 0) return true;
    return this.#foundByPieces().some((found) => found.length > 0);
  }

  /** Whether a word ends there for certain: one of usual length in letters that fold to lower case. */
  #endsAt(text: string, end: number): boolean {
    const units = text.slice(Math.max(0, end - depth), end);
    const lower = units.toLowerCase();
    // "İ" becomes two units, of which a word may be one, or which a mark behind it may part
    if (lower.length !== units.length) return false;
    for (let start = lower.length - 1; start >= 0; start--) {
      if (this.#words.has(lower.slice(start))) return true;
    }
    return false;
  }

  /** What words cover of the text, in order; words that touch or overlap are one part. */
  find(text: string): readonly TextRange[] {
    if (this.#sieve.glance(text) === clear || this.#fold(text) === -1) return [];
    const { origins } = this.#folder;
    const inText = ({ begin, end }: FoldedRange) => {
      const last = origins[end - 1]!;
      return { start: origins[begin]!, end: last + (text.codePointAt(last)! > 0xffff ? 2 : 1) };
    };
    const parts = this.#foundByPieces().flatMap((found) => joined(found.map(inText)));
    return joined(parts.toArray());
  }

  /** Folds the text; where in the folded text the first word may begin, or -1. */
  #fold(text: string): number {
    this.#folder.fold(text);
    return this.#sieve.find(this.#folder.units, this.#folder.length);
  }

  /**
   * The words in the folded text, piece by piece, each in the piece in which it ends. A text of many
   * letters "a" may hold more words of a list than there is memory for.
   */
  *#foundByPieces(): Generator<readonly FoldedRange[], undefined> {
    for (let from = 0; from < this.#folder.length; from += pieceLength) {
      const found = this.#foundIn(
        Math.max(0, from + 1 - this.#longest),
        Math.min(from + pieceLength, this.#folder.length),
      );
      yield found.filter(({ end }) => end > from);
    }
  }

  /** The words in a part of the folded text that cover whole characters. */
  #foundIn(from: number, to: number): readonly FoldedRange[] {
    const { origins, length } = this.#folder;
    const between = (place: number) =>
      place === 0 || place === length || origins[place - 1] !== origins[place];
    return this.#automaton.matchInText(this.#folder.text(from, to))
      .map(({ begin, end }) => ({ begin: begin + from, end: end + from }))
      .filter(({ begin, end }) => between(begin) && between(end));
  }
}

/** A part of a folded text; `end` is exclusive. */
interface FoldedRange {
  readonly begin: number;
  readonly end: number;
}

/** How many units of a folded text are looked through at a time. */
const pieceLength = 4096;

/** Parts of a text in order, those that touch or overlap as one. */
function joined(parts: readonly TextRange[]): readonly TextRange[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of parts.toSorted((one, other) => one.start - other.start)) {
    const before = all.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else all.push({ start, end });
  }
  return all;
}
