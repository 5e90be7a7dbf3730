/** How many units of a word the sieve knows; what it lets through is looked at closely. */
const depth = 16;

/** What a unit may be in a word of the list: which beginning of it the unit ends. */
const ends = { single: 1, pair: 2, quad: 4, hex: 8 } as const;

/** How many bits a table of beginnings has, as a power of two: few wrong answers, in 64 KiB. */
const tableBits = 19;

/**
 * Says of most texts at once that they hold no word of a list. It may let a text through that holds
 * none, and never keeps back one that does.
 *
 * The automaton takes some 20 ns for each character, as long for a message as the rest of a chain,
 * and nearly all messages hold no listed word. Here each place of a text is looked up by its last
 * two, four or six units, as many as the words have, in small tables that say whether a word begins
 * so. Only where one does is the place followed as far as a word goes on, through a hash set of the
 * beginnings of all words.
 */
export class WordSieve {
  readonly #roles = new Uint8Array(0x10000);
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
    const roles = this.#roles;
    const hexes = this.#hexes;
    // the hash of the last six units, brought up to date with each
    let hex = 0;
    for (let at = 0; at < length; at++) {
      const unit = units[at]!;
      hex = longer(hex, unit);
      if (at >= 6) hex = hex - Math.imul(units[at - 6]!, sixthPower) | 0;
      const role = roles[unit]!;
      if (role === ends.hex) {
        if (has(hexes, hex) && this.#follow(hex, units, at, length)) return Math.max(0, at - 5);
      } else if (role !== 0) {
        const begun = this.#beginning(role, hex, units, at, length);
        if (begun !== 0) return Math.max(0, at + 1 - begun);
      }
    }
    return -1;
  }

  /** How long the beginning is that ends at a unit and may go on to be a word; 0 if there is none. */
  #beginning(role: number, hex: number, units: Uint16Array, at: number, length: number): number {
    if ((role & ends.single) !== 0) return 1;
    if ((role & ends.hex) !== 0 && has(this.#hexes, hex) && this.#follow(hex, units, at, length)) {
      return 6;
    }
    if (at < 1) return 0;
    const pair = longer(units[at - 1]!, units[at]!);
    if (
      (role & ends.pair) !== 0 && has(this.#pairs, pair) && this.#follow(pair, units, at, length)
    ) {
      return 2;
    }
    if ((role & ends.quad) === 0 || at < 3) return 0;
    const first = longer(units[at - 3]!, units[at - 2]!);
    const quad = longer(longer(first, units[at - 1]!), units[at]!);
    return has(this.#quads, quad) && this.#follow(quad, units, at, length) ? 4 : 0;
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
      if (at + 1 === looked) this.#announce(looked, hash, word.charCodeAt(at));
      const slot = slotOf(slots, hash);
      slots[slot] = slots[slot]! & 1 | keyOf(hash) | (at === end - 1 ? 1 : 0);
    }
  }

  /** Puts a beginning of one, two, four or six units into the table for its length. */
  #announce(units: number, hash: number, last: number): void {
    const [role, table] = {
      1: [ends.single, undefined],
      2: [ends.pair, this.#pairs],
      4: [ends.quad, this.#quads],
      6: [ends.hex, this.#hexes],
    }[units] as [number, Int32Array | undefined];
    this.#roles[last]! |= role;
    if (table === undefined) return;
    const place = spread(hash);
    table[place >>> 5]! |= 1 << (place & 31);
  }
}

/** The hash of a beginning that is one unit longer; that of one unit is the unit. */
function longer(hash: number, unit: number): number {
  return Math.imul(hash, factor) + unit | 0;
}

const factor = 0x2f0b4c47;
const cube = Math.imul(Math.imul(factor, factor), factor);
const sixthPower = Math.imul(cube, cube);

/** A hash's place in a table of beginnings. */
function spread(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - tableBits);
}

function has(table: Int32Array, hash: number): boolean {
  const place = spread(hash);
  return (table[place >>> 5]! >>> (place & 31) & 1) !== 0;
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
