import { plainFold } from "./text_folding.ts";
import { begins, ends, longer, none, WordBeginnings } from "./word_beginnings.ts";
import {
  lastOf,
  narrow,
  read,
  registerBits,
  registerUnits,
  remarkPlace,
  traitOf,
  widthOf,
} from "./word_register.ts";

/** How many units of a word the sieve knows; what it lets through is looked at closely. */
const depth = 16;

/** The fewest and the most bits of the table of beginnings, as powers of two. */
const tableBits = { least: 10, most: 21 };

/** What is known of a unit that has not been met: nothing. */
const unknown = -1;
/** A unit that the fast way cannot read. */
const unclear = -2;

/**
 * Says of most texts at once that they hold no word of a list. It may let a text through that holds
 * none, and never keeps back one that does.
 *
 * The automaton takes some 20 µs for a message, longer than the rest of a chain, and nearly all
 * messages hold no listed word. Here a text is read unit by unit into a register of its last ones,
 * folded as it is read, and the register is looked up in a small table that says whether a word
 * begins so. Only where one does is the text followed as far as a word goes on. Words too short to
 * fill the register are looked up at the units that they end with.
 */
export class WordSieve {
  /** Units of a text as they are read: the traits of their folds, or what is known of them. */
  readonly #traits = new Int32Array(0x10000).fill(unknown);
  /** For each folded unit how wide the short words are that end with it, as a set of bits. */
  readonly #shortEnds = new Uint8Array(0x10000);
  /** The bits of registers that hold the beginning of a word. */
  readonly #table: Int32Array;
  /** Puts a hash in its place in the table. */
  readonly #shift: number;
  readonly #beginnings: WordBeginnings;

  /** @param words folded, none of them empty. */
  constructor(words: readonly string[]) {
    // a bit in 64 or fewer is set, unless the list is very long
    const bits = Math.ceil(Math.log2(64 * words.length));
    const size = Math.min(Math.max(bits, tableBits.least), tableBits.most);
    this.#table = new Int32Array(2 ** size / 32);
    this.#shift = 32 - size;
    const beginnings = words.reduce((sum, word) => sum + Math.min(word.length, depth), 0);
    this.#beginnings = new WordBeginnings(beginnings);
    // a unit's trait says which words end with it, so these come first
    for (const word of words) this.#noteEnd(word);
    for (const word of words) this.#add(word);
  }

  /**
   * Whether a text holds no word for certain, without folding it first. Most texts that hold none
   * are clear; not so those with characters that do not fold to one unit each, nor with a backslash,
   * behind which JSON text may hide any character.
   */
  isClear(text: string): boolean {
    const traits = this.#traits;
    const table = this.#table;
    const shift = this.#shift;
    const even = text.length & ~1;
    let register = 0;
    // two units at a time, and one branch for all that is rare
    for (let at = 0; at < even; at += 2) {
      const first = traits[text.charCodeAt(at)]!;
      const second = traits[text.charCodeAt(at + 1)]!;
      const between = read(register, first);
      const after = read(between, second);
      const one = placeOf(between, shift);
      const other = placeOf(after, shift);
      const seen = (table[one >>> 5]! >>> one | table[other >>> 5]! >>> other) & 1;
      if ((seen | (first | second) >>> remarkPlace) === 0) {
        register = after;
        continue;
      }
      if (!this.#isClearAt(text, at, register)) return false;
      register = read(register, traits[text.charCodeAt(at)]!);
      if (!this.#isClearAt(text, at + 1, register)) return false;
      register = read(register, traits[text.charCodeAt(at + 1)]!);
    }
    return even === text.length || this.#isClearAt(text, even, register);
  }

  /** Whether no word begins or ends with the unit that the register is to read. */
  #isClearAt(text: string, at: number, before: number): boolean {
    const trait = this.#traitAt(text, at);
    if (trait < 0) return false;
    const register = read(before, trait);
    if (this.#endsShort(register, trait)) return false;
    if (!this.#isListed(register)) return true;
    let hash = beginningOf(register);
    for (let next = at + 1;; next++) {
      const found = this.#beginnings.find(hash);
      if (found !== begins) return found === none;
      if (next === text.length) return true;
      const following = this.#traitAt(text, next);
      if (following < 0) return false;
      hash = longer(hash, following);
    }
  }

  /** The trait of a text's unit; negative where it is unclear. */
  #traitAt(text: string, at: number): number {
    const unit = text.charCodeAt(at);
    const trait = this.#traits[unit]!;
    return trait === unknown ? this.#learn(unit) : trait;
  }

  #learn(unit: number): number {
    const fold = unit === backslash ? -1 : plainFold(unit);
    return this.#traits[unit] = fold === -1 ? unclear : this.#traitOf(fold);
  }

  /** Where the first word may begin in the first `length` units of a folded text; else -1. */
  find(units: Uint16Array, length: number): number {
    let register = 0;
    for (let at = 0; at < length; at++) {
      const trait = this.#traitOf(units[at]!);
      register = read(register, trait);
      const found = this.#endsShort(register, trait) ||
        this.#isListed(register) && this.#goesOn(register, units, at + 1, length);
      if (found) return Math.max(0, at + 1 - registerUnits);
    }
    return -1;
  }

  /** Whether a word may go on from the beginning in the register. */
  #goesOn(register: number, units: Uint16Array, from: number, length: number): boolean {
    let hash = beginningOf(register);
    for (let next = from;; next++) {
      const found = this.#beginnings.find(hash);
      if (found !== begins) return found === ends;
      if (next === length) return false;
      hash = longer(hash, this.#traitOf(units[next]!));
    }
  }

  /** Whether one of the words too short for the register ends with the unit read last. */
  #endsShort(register: number, trait: number): boolean {
    for (let widths = trait >>> remarkPlace, width = narrow; widths !== 0; widths >>>= 1) {
      if ((widths & 1) !== 0 && this.#beginnings.find(shortOf(register, width)) === ends) {
        return true;
      }
      width += narrow;
    }
    return false;
  }

  /** Whether a word begins with what is in the register, or seems to. */
  #isListed(register: number): boolean {
    const place = placeOf(register, this.#shift);
    return (this.#table[place >>> 5]! >>> place & 1) !== 0;
  }

  /** The trait of a folded unit, with the widths of the short words that end with it. */
  #traitOf(fold: number): number {
    return traitOf(fold) | this.#shortEnds[fold]! << remarkPlace;
  }

  #noteEnd(word: string): void {
    let width = 0;
    for (let at = 0; at < word.length && width < registerBits; at++) {
      width += widthOf(traitOf(word.charCodeAt(at)));
    }
    if (width < registerBits) {
      this.#shortEnds[word.charCodeAt(word.length - 1)]! |= 1 << width / narrow - 1;
    }
  }

  #add(word: string): void {
    const end = Math.min(word.length, depth);
    let register = 0;
    let width = 0;
    let at = 0;
    while (at < end && width < registerBits) {
      const trait = this.#traitOf(word.charCodeAt(at++));
      register = read(register, trait);
      width += widthOf(trait);
    }
    if (width < registerBits) {
      this.#beginnings.add(shortOf(register, width), { ends: true });
      return;
    }
    const place = placeOf(register, this.#shift);
    this.#table[place >>> 5]! |= 1 << place;
    let hash = beginningOf(register);
    for (; at < end; at++) {
      this.#beginnings.add(hash, { ends: false });
      hash = longer(hash, this.#traitOf(word.charCodeAt(at)));
    }
    this.#beginnings.add(hash, { ends: true });
  }
}

const backslash = 0x5c;

/** The place in a table of what is in a register; the two topmost bits drop out. */
function placeOf(register: number, shift: number): number {
  return Math.imul(register, 0x9e3779b1 << 32 - registerBits) >>> shift;
}

/** The hash of the beginning that fills a register. */
function beginningOf(register: number): number {
  return lastOf(register, registerBits);
}

/** The hash of a word that takes `width` bits of a register. */
function shortOf(register: number, width: number): number {
  // negative, unlike those of beginnings that fill the register
  return ~(lastOf(register, width) | width << 25);
}
