import { assertEquals } from "@std/assert";
import { foldText } from "../../src/rules/text_folding.ts";
import { WordMatcher } from "../../src/rules/word_matcher.ts";

const typed = [
  "vi\u1ec7t",
  "vi\u00ea\u0323t",
  "vi\u1eb9\u0302t",
  "vie\u0323\u0302t",
  "vie\u0302\u0323t",
];

Deno.test("a letter with two marks is one text whichever of them was typed first", () => {
  assertEquals(new Set(typed.map(foldText)).size, 1);
  for (const word of typed) {
    const matcher = new WordMatcher([word]);
    for (const text of typed) {
      const [found, ...more] = matcher.find(`a ${text} b`);
      assertEquals([found?.start, more], [2, []], text);
      assertEquals(found!.end, 2 + text.length, text);
    }
  }
});

Deno.test("marks of one kind keep their order, which tells texts apart", () => {
  assertEquals(foldText("a\u0301\u0300") === foldText("a\u0300\u0301"), false);
});

Deno.test("marks of different letters stay with their letters", () => {
  assertEquals(foldText("a\u0302\u0323e\u0323"), "a\u0323\u0302e\u0323");
});
