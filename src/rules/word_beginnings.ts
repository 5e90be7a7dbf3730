/**
 * A hash set of how words begin: the beginnings of each, and which of them are whole words. It may
 * take what it does not hold for one of its own, once in some ten thousand times.
 */
export class WordBeginnings {
  /** Parts of hashes, the lowest bit set where a word ends; 0 is a free slot. */
  readonly #slots: Uint16Array;

  /** @param most how many beginnings there will be at most. */
  constructor(most: number) {
    // half of the slots at most are taken, so that a search ends soon
    this.#slots = new Uint16Array(2 ** Math.ceil(Math.log2(2 * most + 2)));
  }

  /** Adds a beginning, by its hash. */
  add(hash: number, { ends }: { readonly ends: boolean }): void {
    const slot = this.#slotOf(hash);
    this.#slots[slot] = this.#slots[slot]! & 1 | keyOf(hash) | (ends ? 1 : 0);
  }

  /** Whether no word begins so, one does, or one is that already. */
  find(hash: number): typeof none | typeof begins | typeof ends {
    const found = this.#slots[this.#slotOf(hash)]!;
    return found === 0 ? none : (found & 1) === 0 ? begins : ends;
  }

  /** The slot of a hash, or the free one in which it would stand. */
  #slotOf(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const key = keyOf(hash);
    let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask;
    while (slots[slot] !== 0 && (slots[slot]! & ~1) !== key) slot = (slot + 1) & mask;
    return slot;
  }
}

/** No word begins so. */
export const none = 0;
/** A word begins so, and goes on. */
export const begins = 1;
/** A word ends so. */
export const ends = 2;

/** The hash of a beginning that is one unit longer, told by the unit's trait. */
export function longer(hash: number, trait: number): number {
  return Math.imul(hash, 0x2f0b4c47) + trait | 0;
}

/** What stands in the slot of a hash, but for the lowest bit; never 0. */
function keyOf(hash: number): number {
  return Math.imul(hash, 0x85ebca6b) >>> 16 & ~3 | 2;
}
