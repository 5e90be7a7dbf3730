import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { boundedKey, longestKey } from "../../src/values/bounded_key.ts";

Deno.test("a key of ordinary length stays as it is", () => {
  for (const key of ["", "u1", "\ud800", "用户", "x".repeat(longestKey)]) {
    assertEquals(boundedKey(key), key);
  }
});

Deno.test("a longer key is kept as its start and its hash", () => {
  const key = boundedKey("user".repeat(1000));
  assert(key.startsWith("useruser"));
  assert(/\.\.\. sha256:[0-9a-f]{64}$/.test(key), key);
  assertEquals(boundedKey("😀".repeat(100_000)).isWellFormed(), true);
});

Deno.test("every key is bounded, and different texts have different keys", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ minLength: 120, maxLength: 140 }),
    fc.string({ minLength: 1, maxLength: 4 }).map((part) => part.repeat(500)),
  );
  fc.assert(fc.property(text, text, (one, other) => {
    assert(boundedKey(one).length <= 140);
    assertEquals(boundedKey(one) === boundedKey(other), one === other);
  }));
});

Deno.test("long keys that differ in their end or in half a character are different", () => {
  const long = "x".repeat(20_000);
  assertNotEquals(boundedKey(`${long}1`), boundedKey(`${long}2`));
  assertNotEquals(boundedKey(`${long}\ud800`), boundedKey(`${long}\ud801`));
});

Deno.test("whoever writes the hash of a long key does not meet that key", () => {
  const hashed = boundedKey("x".repeat(20_000));
  assert(hashed.length > longestKey);
  assertNotEquals(boundedKey(hashed), hashed);
});
