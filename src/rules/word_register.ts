/**
 * The register through which a text is read: a number of 32 bits that always holds the text's last
 * units, whatever script they are in.
 *
 * A unit of ASCII takes 5 bits and any other 15, since letters are few and Chinese characters are
 * many: the 30 bits that count hold six letters, or two Chinese characters, or some of both. What
 * was read before has been shifted out, so that a word leaves the same bits wherever it stands.
 *
 * @module
 */

/** Bits of the register that count. */
export const registerBits = 30;
/** The most units that stand in a register. */
export const registerUnits = 6;

/** Bits that a unit of ASCII takes; no other width is less, and every one is a multiple of it. */
export const narrow = 5;
const wide = 15;

/** Where the width stands in a trait, above the bits that go into the register. */
const widthPlace = 16;
/** Where there is room in a trait for what its maker wants to remember of the unit. */
export const remarkPlace = 21;

/** How a folded unit is read: its bits and how many they are. Never negative, never 0. */
export function traitOf(fold: number): number {
  return fold < 0x80 ? fold & 0x1f | narrow << widthPlace : fold & 0x7fff | wide << widthPlace;
}

/** How many bits of the register a unit takes. */
export function widthOf(trait: number): number {
  return trait >>> widthPlace & 0x1f;
}

/**
 * The register after one more unit. The trait goes into it as a whole, without what masking would
 * cost: what it holds besides the unit's bits follows from the unit as well.
 */
export function read(register: number, trait: number): number {
  return (register << (trait >>> widthPlace)) + trait | 0;
}

/** The part of a register that the last `bits` bits of text are in. */
export function lastOf(register: number, bits: number): number {
  return register & (1 << bits) - 1;
}
