import { assertEquals, assertNotEquals } from "@std/assert";
import {
  digitsOf,
  emptyRegister,
  fullRegister,
  gap,
  hashOf,
  lastOf,
  read,
  traitOf,
} from "../../src/rules/word_register.ts";

/** The register after a folded text. */
function registerOf(text: string): number {
  let register = 0;
  for (let at = 0; at < text.length; at++) register = read(register, traitOf(text.charCodeAt(at)));
  return register;
}

const held = (text: string) => lastOf(registerOf(text), fullRegister);

Deno.test("no digit of a unit is 0, which stands for a unit in no word", () => {
  for (let unit = 0; unit < 0x10000; unit++) {
    const trait = traitOf(unit);
    const register = read(0, trait);
    assertEquals(register >>> 5 * digitsOf(trait), 0, `unit ${unit}`);
    for (let digit = 0; digit < digitsOf(trait); digit++) {
      assertNotEquals(register >>> 5 * digit & 0x1f, 0, `unit ${unit}`);
    }
  }
});

Deno.test("each letter and each Chinese character has digits of its own", () => {
  const units = Array.from({ length: 26 }, (_none, letter) => 0x61 + letter);
  for (let unit = 0x4e00; unit <= 0x9fff; unit++) units.push(unit);
  assertEquals(new Set(units.map(traitOf)).size, units.length);
});

for (const full of ["赌博", "abcdef", "赌abc", "abc赌", "a赌b博", "赌a博", "abcde赌"]) {
  Deno.test(`a register full of "${full}" is the same whatever stands before it`, () => {
    for (const before of ["x", "博", "xy博z", "博博博"]) {
      assertEquals(held(before + full), held(full));
      assertEquals(hashOf(registerOf(before + full)), hashOf(registerOf(full)));
    }
  });
}

Deno.test("a unit in no word clears the register", () => {
  const cleared = read(registerOf("abc赌博"), gap);
  assertEquals(lastOf(cleared, fullRegister), emptyRegister);
  assertEquals(hashOf(cleared), hashOf(emptyRegister));
});
