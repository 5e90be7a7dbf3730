import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { CostError } from "../../src/expressions/work.ts";
import { PatternError } from "../../src/expressions/pattern.ts";
import { aCallback } from "../support/callbacks.ts";
import { commandScope, request, valueOf } from "./scope_builder.ts";

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

Deno.test("patterns of values that are too large cost what compiling them takes, too", () => {
  const atUserIDs = Array.from({ length: 1000 }, (_, index) => `${"\\pL{1000}".repeat(9)}${index}`);
  const source = "atUserIDs.exists(pattern, sendID.matches(pattern))";
  assertThrows(() => valueOf(source, { request: { atUserIDs } }), CostError);
});

Deno.test("the patterns of all expressions of a callback share its work", () => {
  const said = ["buy", "sell", "btc", "usdt", "eth", " "];
  // each word begins the pattern anew while another is under way: its states are made one by one
  let seed = 1;
  let sendID = "";
  while (sendID.length < 4000) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    sendID += said[(seed >> 16) % said.length];
  }
  const callback = aCallback({ request: { ...request, sendID } });
  const rules = Array.from({ length: 40 }, (_, index) =>
    commandScope.compile(
      `sendID.matches('(?i)(buy|sell).{0,30}(btc|usdt|eth).{0,${index + 10}}[0-9]+')`,
    ));
  const failed = rules.filter(({ evaluate }) => {
    try {
      return evaluate(callback, {}) !== false;
    } catch (error) {
      assertInstanceOf(error, CostError);
      return true;
    }
  });
  // all of them together take more than half a second
  assert(failed.length > 0 && failed.length < 40, `${failed.length} failed`);
});

Deno.test("texts that are not made for a pattern take little of the work", () => {
  const callback = aCallback({ request: { ...request, sendID: "a plain message ".repeat(250) } });
  for (let index = 0; index < 10; index++) {
    const source = `sendID.matches('(?i)(buy|sell).{0,30}(btc|usdt|eth).{0,${index + 10}}[0-9]+')`;
    assertEquals(commandScope.compile(source).evaluate(callback, {}), false);
  }
});
