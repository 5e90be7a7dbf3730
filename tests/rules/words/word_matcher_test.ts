import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fitsAsMask, isOneCharacter, maskWords } from "../../../src/rules/words/mask_words.ts";
import { foldText } from "../../../src/rules/words/text_folding.ts";
import { WordMatcher } from "../../../src/rules/words/word_matcher.ts";

const found = (words: readonly string[], text: string) =>
  new WordMatcher(words).find(text).map(({ start, end }) => text.slice(start, end));

const masked = (words: readonly string[], text: string, mask = "*") =>
  maskWords(text, new WordMatcher(words), mask);

Deno.test("a word is found whatever its case and width", () => {
  assertEquals(found(["Bad"], "so BAD, ｂａｄ and bad"), ["BAD", "ｂａｄ", "bad"]);
});

Deno.test("a word is found inside a longer one and between Chinese characters", () => {
  assertEquals(found(["spam", "赌博"], "antispammer 在线赌博网站"), ["spam", "赌博"]);
});

Deno.test("a found word is the original characters where folding makes them more or fewer", () => {
  assertEquals(found(["strasse"], "die Straße!"), ["Straße"]);
  assertEquals(found(["ガード"], "この ｶﾞｰﾄﾞ です"), ["ｶﾞｰﾄﾞ"]);
  assertEquals(found(["bad"], "x b\u200ba\u200bd\u200b y"), ["b\u200ba\u200bd"]);
  assertEquals(found(["bad"], "𝐛𝐚𝐝!"), ["𝐛𝐚𝐝"]);
});

Deno.test("a word is not found in a part of a character", () => {
  assertEquals(found(["하"], "한국"), []);
  assertEquals(found(["s"], "ß"), []);
});

Deno.test("words that overlap are one part", () => {
  assertEquals(found(["abc", "cde", "b"], "xabcdex"), ["abcde"]);
});

Deno.test("words of every length are found", () => {
  for (let length = 1; length <= 40; length++) {
    const word = "abcdefghijklmnopqrstuvwxyz0123456789äöüß".slice(0, length);
    assertEquals(found([word], `--${word}--`), [word], word);
    assertEquals(found([word], word), [word], word);
  }
});

Deno.test("a word that folds to nothing is refused", () => {
  assertThrows(() => new WordMatcher(["\u200b"]), RangeError);
});

/** A small alphabet in several forms, so that words are often met. */
const letters = fc.constantFrom(
  "a",
  "A",
  "ａ",
  "b",
  "B",
  "c",
  "ß",
  "s",
  "\u200b",
  "😀",
  "한",
  "\u0301",
  "é",
  "e",
  "İ",
  "i",
  "\u0307",
  "*",
);
const text = fc.array(letters, { maxLength: 40 }).map((parts) => parts.join(""));
const wordList = fc.array(
  fc.array(letters, { minLength: 1, maxLength: 9 }).map((parts) => parts.join("")),
  { minLength: 1, maxLength: 12 },
).map((words) => words.filter((word) => foldText(word) !== "")).filter((words) => words.length > 0);

Deno.test("what is found is what a plain search character by character finds", () => {
  fc.assert(
    fc.property(wordList, text, (words, text) => {
      const covered = new Set<number>();
      const characters: { at: number; text: string }[] = [];
      for (const character of text) {
        const last = characters.at(-1);
        characters.push({
          at: last === undefined ? 0 : last.at + last.text.length,
          text: character,
        });
      }
      const folded = new Set(words.map(foldText));
      for (let from = 0; from < characters.length; from++) {
        if (foldText(characters[from]!.text) === "") continue;
        for (let to = from; to < characters.length; to++) {
          const part = characters.slice(from, to + 1);
          if (foldText(part.at(-1)!.text) === "") continue;
          if (!folded.has(foldText(part.map(({ text }) => text).join("")))) continue;
          const end = part.at(-1)!.at + part.at(-1)!.text.length;
          for (let unit = part[0]!.at; unit < end; unit++) covered.add(unit);
        }
      }
      const units = new Set<number>();
      for (const { start, end } of new WordMatcher(words).find(text)) {
        for (let unit = start; unit < end; unit++) units.add(unit);
      }
      assertEquals([...units].sort(), [...covered].sort());
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a text matches if something is found in it, and only then", () => {
  fc.assert(
    fc.property(wordList, text, (words, text) => {
      const matcher = new WordMatcher(words);
      assertEquals(matcher.matches(text), matcher.find(text).length > 0);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a letter that becomes two units in lower case does not match by one of them", () => {
  assert(!new WordMatcher(["\u0307"]).matches("İstanbul"));
});

Deno.test("a letter whose units a mark behind it parts does not match", () => {
  assert(!new WordMatcher(["ALİ"]).matches("Alİ\u0323"));
});

Deno.test("a word with half a character is refused", () => {
  for (const word of ["\ud83d", "a\ude00"]) {
    assertThrows(() => new WordMatcher([word]), RangeError);
  }
});

Deno.test("no listed word is left in a masked text, and what is not masked stays", () => {
  fc.assert(
    fc.property(wordList, text, (words, text) => {
      const matcher = new WordMatcher(words);
      fc.pre(fitsAsMask("*", words));
      const result = maskWords(text, matcher, "*");
      assert(!matcher.matches(result));
      if (!matcher.matches(text)) assertEquals(result, text);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("any text can be searched and masked", () => {
  const matcher = new WordMatcher(["a", "é", "😀😀", "한국", "ss"]);
  fc.assert(fc.property(fc.array(fc.nat(0xffff)), (units) => {
    assert(!matcher.matches(maskWords(String.fromCharCode(...units), matcher, "*")));
  }));
});

Deno.test("each character that a reader sees is masked by one", () => {
  assertEquals(masked(["bad"], "so bad!"), "so ***!");
  assertEquals(masked(["strasse"], "Straße 5"), "****** 5");
  assertEquals(masked(["cafe"], "cafe\u0301!"), "****!");
  assertEquals(masked(["👍"], "ok 👍🏽 ok"), "ok * ok");
  assertEquals(masked(["赌博"], "在线赌博网站", "█"), "在线██网站");
});

Deno.test("a word that masking makes up is masked as well", () => {
  assertEquals(masked(["x", "a*b"], "axb"), "***");
});

Deno.test("masking that makes up words again and again ends with all masked", () => {
  assertEquals(masked(["x", "a*"], `${"a".repeat(50)}x`), "*".repeat(51));
});

Deno.test("a mask that makes up a word by itself does not fit", () => {
  assert(fitsAsMask("*", ["bad", "f**l"]));
  assert(!fitsAsMask("*", ["bad", "***"]));
  assert(!fitsAsMask("ß", ["s"]));
  assert(!fitsAsMask("\u200b", ["bad"]));
});

Deno.test("a mask is one character as a reader sees it", () => {
  assertEquals(["*", "👍🏽", "", "**"].map(isOneCharacter), [true, true, false, false]);
});

Deno.test("words are found wherever they stand in a long text, once each", () => {
  const matcher = new WordMatcher(["casino", "no", "x".repeat(6000)]);
  for (const at of [0, 4088, 4090, 4091, 4095, 4096, 8190, 20_000]) {
    const text = `${".".repeat(at)}casino${".".repeat(20_000 - at)}`;
    assertEquals(matcher.find(text), [{ start: at, end: at + 6 }], `at ${at}`);
    assertEquals(matcher.matches(text), true);
  }
  const long = `..${"x".repeat(9000)}no..`;
  assertEquals(matcher.find(long), [{ start: 2, end: 9004 }]);
});
