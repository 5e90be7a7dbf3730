/** How many units of a word the sieve knows; what it lets through is looked at closely. */
const depth = 16;
/** How many units of a long word are looked up at once; shorter words are looked up by two. */
const stride = 4;

/** What a unit may be in a word of the list. */
const wordByItself = 1;
const secondOfShort = 2;
const fourthOfLong = 4;

/** Sizes of the first look-ups, as powers of two of bits: they stay in the processor's cache. */
const pairBits = 16;
const quadBits = 18;

/**
 * Says of most texts at once that they hold no word of a list. It may let a text through that holds
 * none, and never keeps back one that does.
 *
 * The automaton takes some 20 ns for each character, as long for a message as the rest of a chain,
 * and nearly all messages hold no listed word. Here each place of a text is looked up by its last
 * two or four units in small tables that say whether some word begins so, and only where one does is
 * the place followed, through a hash set of the beginnings of all words, as far as a word goes on.
 */
export class WordSieve {
  readonly #roles = new Uint8Array(0x10000);
  readonly #pairs = new Uint32Array(2 ** pairBits / 32);
  readonly #quads = new Uint32Array(2 ** quadBits / 32);
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

  /** Whether there may be a word in the first `length` units. */
  passes(units: Uint16Array, length: number): boolean {
    const roles = this.#roles;
    const pairs = this.#pairs;
    const quads = this.#quads;
    let third = 0;
    let second = 0;
    let before = 0;
    for (let at = 0; at < length; at++) {
      const unit = units[at]!;
      const role = roles[unit]!;
      if (role !== 0) {
        if ((role & wordByItself) !== 0) return true;
        if ((role & secondOfShort) !== 0) {
          const hash = longer(before, unit);
          if (has(pairs, spread(hash, pairBits)) && this.#follow(hash, units, at, length)) {
            return true;
          }
        }
        if ((role & fourthOfLong) !== 0) {
          const hash = longer(longer(longer(third, second), before), unit);
          if (has(quads, spread(hash, quadBits)) && this.#follow(hash, units, at, length)) {
            return true;
          }
        }
      }
      third = second;
      second = before;
      before = unit;
    }
    return false;
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
    const first = word.length < stride ? 2 : stride;
    const end = Math.min(word.length, depth);
    if (end === 1) {
      this.#roles[word.charCodeAt(0)]! |= wordByItself;
      return;
    }
    let hash = word.charCodeAt(0);
    for (let at = 1; at < end; at++) {
      hash = longer(hash, word.charCodeAt(at));
      if (at + 1 < first) continue;
      if (at + 1 === first) {
        const [role, table, bits] = first === 2
          ? [secondOfShort, this.#pairs, pairBits]
          : [fourthOfLong, this.#quads, quadBits];
        this.#roles[word.charCodeAt(at)]! |= role;
        const place = spread(hash, bits);
        table[place >>> 5]! |= 1 << (place & 31);
      }
      const slot = slotOf(slots, hash);
      slots[slot] = slots[slot]! & 1 | keyOf(hash) | (at === end - 1 ? 1 : 0);
    }
  }
}

/** The hash of a beginning that is one unit longer; that of one unit is the unit. */
function longer(hash: number, unit: number): number {
  return Math.imul(hash, 0x2f0b4c47) + unit | 0;
}

/** A hash's place in a table of `2 ** bits`. */
function spread(hash: number, bits: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
}

function has(table: Uint32Array, place: number): boolean {
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
