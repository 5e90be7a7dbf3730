/**
 * The register through which a text is read: a number that always holds the text's last units,
 * whatever script they are in.
 *
 * It has six digits of five bits. A unit of ASCII is one digit, and any other three, since letters
 * are few and Chinese characters are many: a full register is six letters, or two Chinese
 * characters, or some of both. No digit of a unit is 0, and a unit that is in no word clears the
 * register, so that one whose first digit is 0 does not hold what a word begins with.
 *
 * How a unit is read is a number as well, its trait: how far it shifts the register, its digits
 * above that, and above those whatever the reader wants to remember of it.
 *
 * @module
 */

const digitBits = 5;

/** The digits of a full register. */
export const fullRegister = 6;
/** The most units that have their last digit in a register. */
export const registerUnits = 6;

/** The register before a text, and behind a unit that is in no word. */
export const emptyRegister = 0;

/** Where in a trait there is room for remarks; a negative trait is none. */
export const remarkPlace = 20;

/** The trait of a unit that is in no word. */
export const gap = digitBits * fullRegister;

/** The trait of a folded unit. */
export function traitOf(fold: number): number {
  if (fold < 0x80) return asciiDigit(fold) << digitBits | digitBits;
  // each of 29,791 units in a row, of which Chinese takes 20,992, has digits of its own
  const first = 1 + fold % 31;
  const second = 1 + Math.floor(fold / 31) % 31;
  const third = 1 + Math.floor(fold / 31 ** 2) % 31;
  return (first << 2 * digitBits | second << digitBits | third) << digitBits | 3 * digitBits;
}

/** Letters have a digit each; the rest of ASCII shares what is left. */
function asciiDigit(fold: number): number {
  return fold >= 0x61 && fold <= 0x7a ? fold - 0x60 : 27 + fold % 5;
}

/** How many digits a unit is. */
export function digitsOf(trait: number): number {
  return (trait & 0x1f) / digitBits;
}

/** The register after one more unit. */
export function read(register: number, trait: number): number {
  return (register << trait) + (trait >>> digitBits & 0x7fff) | 0;
}

/** The last digits of a register. */
export function lastOf(register: number, digits: number): number {
  return register & (1 << digits * digitBits) - 1;
}

/** A hash of the digits of a register, of which the topmost bits are the best. */
export function hashOf(register: number): number {
  // what has been shifted beyond the six digits drops out; the last step gives the empty register
  // two bits in a table, as the others have
  return Math.imul(register, 0x9e3779b1 << 2) ^ 0x2545f491;
}
