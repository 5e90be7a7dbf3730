import { several, unclear, UnitTraits } from "./unit_traits.ts";
import { begins, ends, longer, WordBeginnings } from "./word_beginnings.ts";
import {
  digitsOf,
  emptyRegister,
  fullRegister,
  hashOf,
  lastOf,
  read,
  registerUnits,
  remarkPlace,
} from "./word_register.ts";

/** How many units of a word the sieve knows; what it lets through is looked at closely. */
export const depth = 16;

/** The fewest and the most bits of the table of beginnings, as powers of two. */
const tableBits = { least: 10, most: 21 };

/** There is no word. */
export const clear = -1;
// what cannot be read at a glance: there may be a word
export { unclear };

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
  readonly #traits: UnitTraits;
  /** The bits of registers that hold the beginning of a word: two for each, side by side. */
  #table!: Int32Array;
  /** The bits of what follows each beginning: a unit, or nothing where the word ends. */
  #continuations!: Int32Array;
  /** Puts a hash in its place in the tables. */
  #shift!: number;
  readonly #beginnings: WordBeginnings;
  /** The register with which the last pass ended. */
  #passed: number = emptyRegister;

  /** @param words folded, none of them empty. */
  constructor(words: readonly string[]) {
    const beginnings = words.reduce((sum, word) => sum + Math.min(word.length, depth), 0);
    this.#beginnings = new WordBeginnings(beginnings);
    this.#traits = new UnitTraits(words);
    // small enough to stay in the processor's cache: one bit in 8 to 16 is set
    const bits = Math.ceil(Math.log2(16 * words.length));
    let size = Math.min(Math.max(bits, tableBits.least), tableBits.most);
    this.#fill(words, size);
    // else every comma, and every character that is in no word, would want a closer look
    while (this.#isListed(emptyRegister) && size < tableBits.most) this.#fill(words, ++size);
  }

  #fill(words: readonly string[], size: number): void {
    this.#table = new Int32Array(2 ** size / 32);
    this.#continuations = new Int32Array(2 ** size / 32);
    this.#shift = 32 - size;
    for (const word of words) this.#add(word);
  }

  /**
   * Looks for a word without folding the text first: {@link clear} where there is none for certain,
   * nor in a text that it is the JSON of, or the place behind the first one, or {@link unclear} at
   * what cannot be read by itself, such as a mark that belongs to the letter before it, and at an
   * escape that may hide a part of a word.
   */
  glance(text: string): number {
    const traits = this.#traits;
    const { length } = text;
    let register: number = emptyRegister;
    let at = 0;
    while (at < length) {
      at = this.#pass(text, at, register);
      register = this.#passed;
      for (const end = Math.min(at + 2, length); at < end;) {
        const trait = traits.at(text, at++);
        if (trait === unclear) return unclear;
        if (trait === several) {
          const seen = this.#readSeveral(text, at, register);
          if (seen !== clear) return seen;
          register = this.#passed;
          continue;
        }
        register = read(register, trait);
        if (this.#endsShort(register, trait)) return at;
        if (!this.#isListed(register)) continue;
        const seen = this.#follow(lastOf(register, fullRegister), text, at);
        if (seen !== clear) return seen;
      }
    }
    return clear;
  }

  /** Reads the units to which the one in front of `at` folds. */
  #readSeveral(text: string, at: number, before: number): number {
    const fold = this.#traits.foldOf(text.charCodeAt(at - 1));
    let register = before;
    for (let next = 0; next < fold.length;) {
      const trait = fold[next++]!;
      register = read(register, trait);
      // a word does not end within a character
      if (next === fold.length && this.#endsShort(register, trait)) return at;
      if (!this.#isListed(register)) continue;
      const seen = this.#follow(lastOf(register, fullRegister), text, at, fold, next);
      if (seen !== clear) return seen;
    }
    this.#passed = register;
    return clear;
  }

  /**
   * Reads on, two units at a time, to the first two of which one wants a closer look, and not into
   * them; a last single one always does. Calls nothing, so that the compiler keeps all that the
   * loop uses in the processor's registers.
   */
  #pass(text: string, from: number, before: number): number {
    const traits = this.#traits.plain;
    const table = this.#table;
    const shift = this.#shift;
    const cell = shift + 5;
    const even = text.length & ~1;
    let register = before;
    let at = from;
    for (; at < even; at += 2) {
      const trait = traits[text.charCodeAt(at)]!;
      const next = traits[text.charCodeAt(at + 1)]!;
      const between = read(register, trait);
      const after = read(between, next);
      const one = hashOf(between);
      const ones = table[one >>> cell]!;
      const other = hashOf(after);
      const others = table[other >>> cell]!;
      // one branch for all that is rare
      const listed = (ones >>> (one >>> shift) & ones >>> (one >>> second) |
        others >>> (other >>> shift) & others >>> (other >>> second)) & 1;
      if ((listed | (trait | next) >>> remarkPlace) !== 0) break;
      register = after;
    }
    this.#passed = register;
    return at;
  }

  /**
   * Follows a text as long as a word goes on from a beginning that fills the register: first what is
   * left, from `next` on, of the units to which the last character folds, then the text.
   */
  #follow(beginning: number, text: string, from: number, fold = noUnits, next = 0): number {
    const endsHere = next === fold.length && this.#continues(beginning, nothing);
    if (endsHere && this.#beginnings.find(beginning) === ends) return from;
    let at = from;
    let hash = beginning;
    let isFirst = true;
    for (;;) {
      let trait: number;
      if (next < fold.length) trait = fold[next++]!;
      else if (at < text.length) trait = this.#traits.at(text, at++);
      else return clear;
      if (trait === unclear) return unclear;
      if (trait === several) {
        fold = this.#traits.foldOf(text.charCodeAt(at - 1));
        next = 0;
        continue;
      }
      // most end here, in a table that is at hand
      if (isFirst && !this.#continues(beginning, trait)) return clear;
      isFirst = false;
      hash = longer(hash, trait);
      const found = this.#beginnings.find(hash);
      if (found !== begins) return found === ends ? at : clear;
    }
  }

  /** Where the first word may begin in the first `length` units of a folded text; else -1. */
  find(units: Uint16Array, length: number): number {
    let register: number = emptyRegister;
    for (let at = 0; at < length; at++) {
      const trait = this.#traits.folded[units[at]!]!;
      register = read(register, trait);
      const found = this.#endsShort(register, trait) ||
        this.#isListed(register) && this.#goesOn(register, units, at + 1, length);
      if (found) return Math.max(0, at + 1 - registerUnits);
    }
    return -1;
  }

  /** Whether a word may go on from the beginning in the register. */
  #goesOn(register: number, units: Uint16Array, from: number, length: number): boolean {
    let hash = lastOf(register, fullRegister);
    for (let next = from;; next++) {
      const found = this.#beginnings.find(hash);
      if (found !== begins) return found === ends;
      if (next === length) return false;
      hash = longer(hash, this.#traits.folded[units[next]!]!);
    }
  }

  /** Whether one of the words too short for the register ends with the unit read last. */
  #endsShort(register: number, trait: number): boolean {
    let digits = 1;
    for (let remarks = trait >>> remarkPlace; remarks !== 0; remarks >>>= 1) {
      if ((remarks & 1) !== 0 && this.#beginnings.find(shortOf(register, digits)) === ends) {
        return true;
      }
      digits++;
    }
    return false;
  }

  /** Whether a word begins with what is in the register, or seems to. */
  #isListed(register: number): boolean {
    const hash = hashOf(register);
    const bits = this.#table[hash >>> this.#shift + 5]!;
    return (bits >>> (hash >>> this.#shift) & bits >>> (hash >>> second) & 1) !== 0;
  }

  /** Whether a word seems to go on with a unit, or to end with nothing more, behind a beginning. */
  #continues(beginning: number, trait: number): boolean {
    const place = continuationOf(beginning, trait, this.#shift);
    return (this.#continuations[place >>> 5]! >>> place & 1) !== 0;
  }

  #add(word: string): void {
    const end = Math.min(word.length, depth);
    let register = 0;
    let digits = 0;
    let at = 0;
    while (at < end && digits < fullRegister) {
      const trait = this.#traits.folded[word.charCodeAt(at++)]!;
      register = read(register, trait);
      digits += digitsOf(trait);
    }
    if (digits < fullRegister) {
      this.#beginnings.add(shortOf(register, digits), { ends: true });
      return;
    }
    const start = hashOf(register);
    this.#table[start >>> this.#shift + 5]! |= 1 << (start >>> this.#shift) |
      1 << (start >>> second);
    let hash = lastOf(register, fullRegister);
    const next = at < end ? this.#traits.folded[word.charCodeAt(at)]! : nothing;
    const continuation = continuationOf(hash, next, this.#shift);
    this.#continuations[continuation >>> 5]! |= 1 << continuation;
    for (; at < end; at++) {
      this.#beginnings.add(hash, { ends: false });
      hash = longer(hash, this.#traits.folded[word.charCodeAt(at)]!);
    }
    this.#beginnings.add(hash, { ends: true });
  }
}

/** Where in a hash the second of its two bits stands. */
const second = 8;

const noUnits: readonly number[] = [];
/** In place of a trait: there is no more unit. */
const nothing = 0;

/** The place of a beginning and what follows it, 32 to a beginning so that they are side by side. */
function continuationOf(beginning: number, trait: number, shift: number): number {
  const bit = Math.imul(longer(beginning, trait), 0x9e3779b1) >>> 27;
  return Math.imul(beginning, 0x9e3779b1) >>> shift & ~31 | bit;
}

/** The hash of a word that is the last digits of a register, but not all of them. */
function shortOf(register: number, digits: number): number {
  // negative, unlike those of beginnings that fill the register
  return ~(lastOf(register, digits) | digits << 25);
}
