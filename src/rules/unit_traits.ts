import { isPlainPair, plainFold, severalFold } from "./text_folding.ts";
import { digitsOf, fullRegister, gap, remarkPlace, traitOf } from "./word_register.ts";

/** In place of a trait: nothing is known yet of the unit. */
const unknown = -1;
/** In place of a trait: what the unit means cannot be said at a glance. */
export const unclear = -2;
/** In place of a trait: the unit folds to several units, or to none. */
export const several = -3;

/** How the units of a text are read by one who looks for the words of a list. */
export class UnitTraits {
  /**
   * Units as they stand in a text: the traits of their folds, or a negative number where those have
   * to be asked for with {@link at}.
   */
  readonly plain = new Int32Array(0x10000).fill(unknown);
  /** The traits of folded units, with a bit of remark for each length of short words that end so. */
  readonly folded = new Int32Array(0x10000).fill(gap);
  /** The traits of what folds to several units, by the unit. */
  readonly #several = new Map<number, readonly number[]>();

  /** @param words folded; whatever is in none of them is a {@link gap}. */
  constructor(words: readonly string[]) {
    for (const word of words) this.#note(word);
  }

  /** The trait of a text's unit, or {@link several}, or {@link unclear}. */
  at(text: string, at: number): number {
    const unit = text.charCodeAt(at);
    const known = this.plain[unit]!;
    const trait = known === unknown ? this.#learn(unit) : known;
    if (trait >= 0 || trait === several) return trait;
    if (unit === backslash) return this.#hidesNothing(text, at + 1) ? gap : unclear;
    return isPlainPair(text, at) ? this.folded[unit]! : unclear;
  }

  /** The traits of what a unit folds to, where {@link at} says that it is several. */
  foldOf(unit: number): readonly number[] {
    return this.#several.get(unit)!;
  }

  #learn(unit: number): number {
    // a text without escapes and the JSON that it stands in are to be read alike
    if (unit === backslash) return this.plain[unit] = unclear;
    const fold = plainFold(unit);
    if (fold !== -1) return this.plain[unit] = this.folded[fold]!;
    const long = severalFold(unit);
    if (long === undefined) return this.plain[unit] = unclear;
    this.#several.set(unit, Array.from(long.split(""), (part) => this.folded[part.charCodeAt(0)]!));
    return this.plain[unit] = several;
  }

  /**
   * Whether a text that goes on behind a backslash may be read as it stands, even where it is JSON
   * and the backslash begins an escape. It may where no word holds the backslash nor the character
   * that the escape stands for: then every word lies between escapes, where each unit stands for
   * itself, and what is read of an escape in front of it hides none.
   *
   * For JSON inside of JSON, however deep, it is enough that each backslash is looked at by itself,
   * and that no escape stands for a backslash or for a letter behind one. A quote or a slash behind
   * a backslash stands for itself, and where digits of a code are escapes its own "u" shows it.
   */
  #hidesNothing(text: string, at: number): boolean {
    if (this.folded[backslash] !== gap) return false;
    const letter = text.charAt(at);
    if (letter === "u") {
      const code = /^[0-9a-f]{4}$/i.exec(text.slice(at + 1, at + 5))?.[0];
      // the digits may be escapes themselves
      if (code === undefined) return false;
      const hidden = Number.parseInt(code, 16);
      return !isOfEscape(hidden) && this.#isInNoWord(hidden);
    }
    const hidden = escapes.get(letter);
    // what is no escape is no JSON, in which the backslash stands for itself
    return hidden === undefined || this.#isInNoWord(hidden.charCodeAt(0));
  }

  #isInNoWord(unit: number): boolean {
    const fold = plainFold(unit);
    return fold !== -1 && this.folded[fold] === gap;
  }

  /** Notes the traits of a word's units, and with the last one how long it is where it is short. */
  #note(word: string): void {
    let digits = 0;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      if (this.folded[unit] === gap) this.folded[unit] = traitOf(unit);
      digits += digitsOf(this.folded[unit]!);
    }
    if (digits >= fullRegister) return;
    this.folded[word.charCodeAt(word.length - 1)]! |= 1 << remarkPlace + digits - 1;
  }
}

const backslash = 0x5c;

/** What stands behind a backslash in JSON, but for it and for codes, and what it stands for. */
const escapes: ReadonlyMap<string, string> = new Map(
  Array.from('"/bfnrt', (letter) => [letter, JSON.parse(`"\\${letter}"`)]),
);

/** Whether a unit makes another character of the one behind it, or has a backslash do so. */
function isOfEscape(unit: number): boolean {
  return /[\\bfnrtu]/.test(String.fromCharCode(unit));
}
