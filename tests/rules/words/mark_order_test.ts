import { assert, assertEquals } from "@std/assert";
import { foldText, foldWithOrigins } from "../../../src/rules/words/text_folding.ts";
import { WordMatcher } from "../../../src/rules/words/word_matcher.ts";

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

Deno.test("a word behind more marks than any writing has is found", () => {
  const matcher = new WordMatcher(["casino"]);
  for (const marks of ["\u0301", "\u0301\u0323", "\u0323\u0301\u0302\u0323\u0323"]) {
    const text = `a${marks.repeat(100_000)}casino`;
    assertEquals(matcher.find(text), [{ start: text.length - 6, end: text.length }]);
    assertEquals(matcher.matches(text), true);
  }
});

Deno.test("marks in one order already stay with what they come from", () => {
  assertEquals(foldWithOrigins("ae\u0323\u0302\u00ea\u0323"), {
    text: "ae\u0323\u0302e\u0323\u0302",
    origins: [0, 1, 2, 3, 4, 5, 4],
  });
});

Deno.test("marks of two units are ordered as others are", () => {
  const typed = "\ud834\udd58\ud834\udd6d\ud834\udd65";
  assertEquals(foldWithOrigins(typed), {
    text: typed.normalize("NFD"),
    origins: [0, 0, 4, 4, 2, 2],
  });
  assert(typed !== typed.normalize("NFD"));
});
