import { assertEquals } from "@std/assert";
import { memoized } from "../../src/openim/memoized.ts";

/** A function that counts how often each text was made anew. */
function counted() {
  const calls = new Map<string, number>();
  const upper = memoized((text) => {
    calls.set(text, (calls.get(text) ?? 0) + 1);
    return text.toUpperCase();
  });
  return { calls, upper };
}

Deno.test("what comes again is made once, also where it is made nothing of", () => {
  const { calls, upper } = counted();
  assertEquals(["a", "", "a", "", "__proto__"].map(upper), ["A", "", "A", "", "__PROTO__"]);
  assertEquals([...calls], [["a", 1], ["", 1], ["__proto__", 1]]);
});

Deno.test("texts of callers' choice are not remembered without end", () => {
  const { calls, upper } = counted();
  upper("first");
  for (let index = 0; index < 10_000; index++) upper(`/${index}`);
  upper("first");
  assertEquals(calls.get("first"), 2);
});

Deno.test("long texts are not remembered", () => {
  const { calls, upper } = counted();
  const long = "x".repeat(513);
  assertEquals([upper(long), upper(long)], [long.toUpperCase(), long.toUpperCase()]);
  assertEquals(calls.get(long), 2);
});
