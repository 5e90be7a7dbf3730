/** How many units of a word the sieve knows; what it lets through is looked at closely. */
const depth = 16;

/** How many bits a table of beginnings has, as a power of two: few wrong answers, in 64 KiB. */
const tableBits = 19;

/**
 * Says of most texts at once that they hold no word of a list. It may let a text through that holds
 * none, and never keeps back one that does.
 *
 * The automaton takes some 20 µs for a message, longer than the rest of a chain, and nearly all
 * messages hold no listed word. Here each place of a text is looked up by its last two, four or six
 * units, as many as the words have, in small tables that say whether a word begins so. Only where one
 * does is the place followed as far as a word goes on, through a hash set of the beginnings of all
 * words.
 */
export class WordSieve {
  readonly #singles = new Set<number>();
  readonly #pairs = new Int32Array(2 ** tableBits / 32);
  readonly #quads = new Int32Array(2 ** tableBits / 32);
  readonly #hexes = new Int32Array(2 ** tableBits / 32);
  /** Parts of hashes of beginnings, the lowest bit set where a word ends; 0 is a free slot. */
  readonly #slots: Uint16Array;

  /** @param words none of them empty. */
  constructor(words: readonly string[]) {
    let beginnings = 0;
    for (const word of words) beginnings += Math.min(word.length, depth);
    // half of the slots at most are taken, so that a search ends soon
    this.#slots = new Uint16Array(2 ** Math.ceil(Math.log2(2 * beginnings + 2)));
    for (const word of words) this.#add(word);
  }

  /** Where the first word may begin in the first `length` units; -1 where there is none. */
  find(units: Uint16Array, length: number): number {
    const pairs = this.#pairs;
    const quads = this.#quads;
    const hexes = this.#hexes;
    const singles = this.#singles.size > 0 ? this.#singles : undefined;
    // the hashes of the last units, those of four and six made from those two units before
    let unit = 0;
    let pair = 0;
    let pairBefore = 0;
    let quad = 0;
    let quadBefore = 0;
    for (let at = 0; at < length; at++) {
      const before = unit;
      unit = units[at]!;
      const hex = Math.imul(quadBefore, square);
      const four = Math.imul(pairBefore, square);
      pairBefore = pair;
      quadBefore = quad;
      pair = longer(before, unit);
      quad = four + pair | 0;
      const six = hex + pair | 0;
      // one branch for all three, as it is hardly ever taken
      if ((bitOf(pairs, pair) | bitOf(quads, quad) | bitOf(hexes, six)) !== 0) {
        if (bitOf(pairs, pair) !== 0 && this.#follow(pair, units, at, length)) {
          return Math.max(0, at - 1);
        }
        if (bitOf(quads, quad) !== 0 && this.#follow(quad, units, at, length)) {
          return Math.max(0, at - 3);
        }
        if (bitOf(hexes, six) !== 0 && this.#follow(six, units, at, length)) {
          return Math.max(0, at - 5);
        }
      }
      if (singles !== undefined && singles.has(unit)) return at;
    }
    return -1;
  }

  /** Whether a word may go on from the beginning with this hash, which ends at a unit. */
  #follow(begun: number, units: Uint16Array, at: number, length: number): boolean {
    const slots = this.#slots;
    let hash = begun;
    for (let next = at + 1;; next++) {
      const found = slots[slotOf(slots, hash)]!;
      if (found === 0) return false;
      if ((found & 1) !== 0) return true;
      if (next === length) return false;
      hash = longer(hash, units[next]!);
    }
  }

  #add(word: string): void {
    const slots = this.#slots;
    const looked = word.length === 1 ? 1 : word.length < 4 ? 2 : word.length < 6 ? 4 : 6;
    const end = Math.min(word.length, depth);
    let hash = 0;
    for (let at = 0; at < end; at++) {
      hash = longer(hash, word.charCodeAt(at));
      if (at + 1 < looked) continue;
      if (at + 1 === looked) this.#announce(looked, hash);
      const slot = slotOf(slots, hash);
      slots[slot] = slots[slot]! & 1 | keyOf(hash) | (at === end - 1 ? 1 : 0);
    }
  }

  /** Puts a beginning of one, two, four or six units where it is looked up. */
  #announce(units: number, hash: number): void {
    if (units === 1) {
      this.#singles.add(hash);
      return;
    }
    const table = units === 2 ? this.#pairs : units === 4 ? this.#quads : this.#hexes;
    const place = spread(hash);
    table[place >>> 5]! |= 1 << (place & 31);
  }
}

/** The hash of a beginning that is one unit longer; that of one unit is the unit. */
function longer(hash: number, unit: number): number {
  return Math.imul(hash, factor) + unit | 0;
}

const factor = 0x2f0b4c47;
const square = Math.imul(factor, factor);

/** A hash's place in a table of beginnings. */
function spread(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - tableBits);
}

/** 1 where a table holds a hash, or seems to; else 0. */
function bitOf(table: Int32Array, hash: number): number {
  const place = spread(hash);
  return table[place >>> 5]! >>> (place & 31) & 1;
}

/** What stands in the slot of a hash, but for the lowest bit; never 0. */
function keyOf(hash: number): number {
  return Math.imul(hash, 0x85ebca6b) >>> 16 & ~3 | 2;
}

/** The slot of a hash, or the free one in which it would stand. */
function slotOf(slots: Uint16Array, hash: number): number {
  const mask = slots.length - 1;
  const key = keyOf(hash);
  let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask;
  while (slots[slot] !== 0 && (slots[slot]! & ~1) !== key) slot = (slot + 1) & mask;
  return slot;
}
