import { assertEquals } from "@std/assert";
import { foldText } from "../../src/rules/text_folding.ts";
import { several, unclear, UnitTraits } from "../../src/rules/unit_traits.ts";
import { gap, traitOf } from "../../src/rules/word_register.ts";

const traitsOf = (...words: readonly string[]) => new UnitTraits(words.map(foldText));

/** The traits of single folded units. */
const plain = (text: string) => text.split("").map((unit) => traitOf(unit.charCodeAt(0)));

Deno.test("a unit has the trait of its fold, and a gap where that is in no word", () => {
  const traits = traitsOf("spammer", "赌博网站");
  for (const [text, fold] of [["S", "s"], ["ｓ", "s"], ["赌", "赌"]] as const) {
    // the second time it is known
    for (const _time of [1, 2]) assertEquals([traits.at(text, 0)], plain(fold), text);
  }
  for (const text of ["x", ",", "Ж", "網", "\\"]) assertEquals(traits.at(text, 0), gap, text);
});

Deno.test("what folds to several units, or to none, has the traits of those", () => {
  const traits = traitsOf("strasse", "efficient", "한국");
  for (const [text, fold] of [["ß", "ss"], ["ﬃ", "ffi"], ["\u00ad", ""], ["한", "한"]] as const) {
    assertEquals(traits.at(text, 0), several, text);
    assertEquals(traits.foldOf(text.charCodeAt(0)), plain(foldText(fold)), text);
  }
  assertEquals(traits.at("é", 0), several);
  assertEquals(traits.foldOf("é".charCodeAt(0)).at(-1), gap);
});

Deno.test("half of a pair and a mark are unclear, a pair that folds to itself is not", () => {
  const traits = traitsOf("spammer", "😀");
  for (const text of ["\ud83d", "\ud83d!", "\u0301", "ﾞ", "𝐛"]) {
    assertEquals(traits.at(text, 0), unclear, text);
  }
  const pair = plain("😀");
  assertEquals([traits.at("😀", 0) & 0xfffff, traits.at("😀", 1) & 0xfffff], pair);
  assertEquals(traits.at("🎉", 1), gap);
});

Deno.test("a backslash is unclear where its escape may stand for a part of a word", () => {
  for (
    const [word, text] of [
      ["spammer", "\\u0073"],
      ["spammer", "\\u0053"],
      ["say so", "\\u0020"],
      ["a/b", "\\/"],
      ['a"b', '\\"'],
      ["a\tb", "\\t"],
      ["a\nb", "\\n"],
      ["a\rb", "\\r"],
      ["a\bb", "\\b"],
      ["a\fb", "\\f"],
      ["C:\\", "\\n"],
      ["C:\\", "\\x"],
      ["spammer", "\\u00e9"],
      ["spammer", "\\u00ad"],
      ["spammer", "\\ud83d\\ude00"],
    ] as const
  ) {
    assertEquals(traitsOf(word).at(text, 0), unclear, `${word}, ${text}`);
  }
});

Deno.test("a backslash is unclear where its escape may be a part of another one", () => {
  const traits = traitsOf("!");
  for (const unit of "\\bfnrtu") {
    const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
    assertEquals(traits.at(`\\u${code}`, 0), unclear, unit);
  }
});

Deno.test("a backslash is unclear where its code is not four digits as it stands", () => {
  const traits = traitsOf("!");
  for (const broken of ["\\u", "\\u00e", "\\u00\\u0030", "\\u00g0"]) {
    assertEquals(traits.at(broken, 0), unclear, broken);
  }
});

Deno.test("any other backslash is a gap", () => {
  const traits = traitsOf("spam");
  for (
    const text of ["\\n", "\\t", "\\r", "\\b", "\\f", '\\"', "\\/", "\\\\", "\\ ", "\\x", "\\"]
  ) {
    assertEquals(traits.at(text, 0), gap, text);
  }
  for (const text of ["\\u003c", "\\u003C", "\\u0030", "\\u000a", "\\u8d4c"]) {
    assertEquals(traits.at(text, 0), gap, text);
  }
});
