import { assertEquals, assertThrows } from "@std/assert";
import { CostError } from "../../src/expressions/cost_error.ts";
import { PatternError } from "../../src/expressions/pattern.ts";
import { valueOf } from "./scope_builder.ts";

const matches = (text: string, pattern: string) =>
  valueOf(`sendID.matches(r'''${pattern}''')`, { request: { sendID: text } });

for (
  const [text, pattern, wanted] of [
    ["x", "\\p{L}", true],
    ["é", "^\\pL$", true],
    ["7", "\\p{L}", false],
    ["1", "\\A1\\z", true],
    ["1\n", "\\A1\\z", false],
    ["😀", "^.$", true],
    ["😀😀", "^.{2}$", true],
    ["CASINO", "(?i)casino", true],
    ["casino", "(?-i)CASINO", false],
    ["赌", "[\\x{4e00}-\\x{9fff}]", true],
    ["赌", "\\p{Han}", true],
    ["play at casino.com", "casino", true],
    ["a\nb", "^a.b$", false],
    ["a\nb", "(?s)^a.b$", true],
    ["a\nb", "(?m)^b$", true],
    ["a+b", "\\Qa+b\\E", true],
    ["k", "(?i)\u212a", true],
    ["é", "\\w", false],
    ["٣", "\\d", false],
    ["_", "[[:word:]]", true],
    ["", "", true],
  ] as const
) {
  Deno.test(`matches is RE2's: ${JSON.stringify(text)} and ${pattern}`, () => {
    assertEquals(matches(text, pattern), wanted);
  });
}

Deno.test("matches is a function, too", () => {
  assertEquals(valueOf("matches(sendID, '^u') && !matches(sendID, 'x')"), true);
});

Deno.test("a pattern may be put together from values", () => {
  assertEquals(valueOf("atUserIDs.exists(id, sendID.matches('^' + id.substring(0, 1)))"), true);
});

Deno.test("a pattern of values that is none fails when it is met", () => {
  assertThrows(() => valueOf("sendID.matches(kind + '(')"), PatternError, "missing closing )");
});

Deno.test("a long pattern of values is not compiled", () => {
  const request = { sendID: "x{1000}".repeat(40) };
  assertThrows(() => valueOf("kind.matches(sendID)", { request }), PatternError, "100 characters");
});

Deno.test("patterns of values cost what compiling them takes", () => {
  const request = { atUserIDs: Array.from({ length: 100 }, (_, index) => `[a-z]{${index + 1}}`) };
  const source = "atUserIDs.map(pattern, sendID.matches(pattern))";
  assertThrows(() => valueOf(source, { request }), CostError);
});

Deno.test("matching in one expression has a bound, however many patterns there are", () => {
  const request = { sendID: "ab".repeat(20_000) };
  const once = "sendID.matches('a[ab]{12}c')";
  assertEquals(valueOf(once, { request }), false);
  const often = Array.from({ length: 10 }, () => once).join(" || ");
  assertThrows(() => valueOf(often, { request }), CostError, "40000 characters");
  // the next evaluation starts anew
  assertEquals(valueOf(once, { request }), false);
});
