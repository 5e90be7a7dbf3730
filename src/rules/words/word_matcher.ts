import { AhoCorasick } from "@monyone/aho-corasick";
import { type FoldedText, foldText, foldWithOrigins } from "./text_folding.ts";

/** A part of a text, in UTF-16 units; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the words of a list in texts, all of them in one pass, whatever their case, width or form.
 *
 * A word is found inside longer words as well: many languages write no spaces. It must cover whole
 * characters of the text: "하" is not found in "한", of which it is a part.
 */
export class WordMatcher {
  readonly #automaton: AhoCorasick;
  /** The units that words begin with: a part of a text without one needs no search. */
  readonly #beginnings: RegExp;
  /** The units of the longest word, folded. */
  readonly #longest: number;

  /** @throws {RangeError} for a word that folds to nothing, or with half a character. */
  constructor(words: Iterable<string>) {
    const folded = [...new Set(Array.from(words, foldText))];
    if (folded.includes("")) throw new RangeError("a word needs a visible character");
    if (!folded.every((word) => word.isWellFormed())) {
      throw new RangeError("a word must consist of whole characters");
    }
    this.#automaton = new AhoCorasick(folded);
    this.#beginnings = anyOf(new Set(folded.map((word) => word.charCodeAt(0))));
    this.#longest = folded.reduce((most, word) => Math.max(most, word.length), 0);
  }

  /** Whether there is a word in the text. */
  matches(text: string): boolean {
    return this.#foundByPieces(foldWithOrigins(text)).some((found) => found.length > 0);
  }

  /** What words cover of the text, in order; words that touch or overlap are one part. */
  find(text: string): readonly TextRange[] {
    const folded = foldWithOrigins(text);
    const inText = ({ begin, end }: FoldedRange) => {
      const last = folded.origins[end - 1]!;
      const size = text.codePointAt(last)! > 0xffff ? 2 : 1;
      return { start: folded.origins[begin]!, end: last + size };
    };
    const parts = this.#foundByPieces(folded).flatMap((found) => joined(found.map(inText)));
    return joined(parts.toArray());
  }

  /**
   * The words in the folded text, piece by piece, each in the piece in which it ends. A text of many
   * letters "a" may hold more words of a list than there is memory for.
   */
  *#foundByPieces({ text, origins }: FoldedText): Generator<readonly FoldedRange[], undefined> {
    const isBetweenCharacters = (place: number) => origins[place - 1] !== origins[place];
    for (let from = 0; from < text.length; from += pieceLength) {
      const start = Math.max(0, from + 1 - this.#longest);
      const piece = text.slice(start, from + pieceLength);
      if (!this.#beginnings.test(piece)) continue;
      yield this.#automaton.matchInText(piece)
        .map(({ begin, end }) => ({ begin: begin + start, end: end + start }))
        .filter(({ begin, end }) =>
          end > from && isBetweenCharacters(begin) && isBetweenCharacters(end)
        );
    }
  }
}

/** A pattern for any of these UTF-16 units. */
function anyOf(units: Iterable<number>): RegExp {
  const escapes = Array.from(units, (unit) => `\\u${unit.toString(16).padStart(4, "0")}`);
  return new RegExp(`[${escapes.join("")}]`);
}

/** A part of a folded text; `end` is exclusive. */
interface FoldedRange {
  readonly begin: number;
  readonly end: number;
}

/** How many units of a folded text are searched at a time. */
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
