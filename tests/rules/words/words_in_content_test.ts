import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { messageTexts } from "../../../src/openim/message_text.ts";
import { foldText, foldWithOrigins } from "../../../src/rules/words/text_folding.ts";
import { WordMatcher } from "../../../src/rules/words/word_matcher.ts";

for (
  const word of [
    "a",
    "ab",
    "abc",
    "abcde",
    "abcdef",
    "abcdefghijklmnopqrstuvwxyz",
    "f**l",
    "two words",
    "4711",
    "赌",
    "赌博",
    "赌博网",
    "在线赌博网站",
    "a赌",
    "赌a",
    "赌a博",
    "abcde赌",
    "abcd赌博",
    "Ж",
    "жжж",
    "赌ж",
    "0",
    " ",
    "\0",
  ]
) {
  Deno.test(`the word ${JSON.stringify(word)} is found wherever it stands`, () => {
    const matcher = new WordMatcher([word]);
    for (const before of ["", "x", "博", "赌", "xy", "abcdefg", "，赌，"]) {
      for (const after of ["", "!", "赌", " and so on"]) {
        assert(matcher.matches(before + word + after), before + word + after);
      }
    }
  });
}

Deno.test("what folds to several units, or to none, is read as those", () => {
  const matcher = new WordMatcher(["strasse", "cafébar", "...wait", "한국", "ffi"]);
  for (const text of ["Großes", "cafe bar", "a café", "й", "한한", "..wai", "❤️", "ﬀ"]) {
    assert(!matcher.matches(text), text);
  }
  for (const text of ["Straße", "STRA\u00adSSE", "CafÉ\u200bBAR", "so …wait", "한국", "oﬃ"]) {
    assert(matcher.matches(text), text);
  }
});

Deno.test("a word of emoji is found, and not in parts of other emoji", () => {
  const matcher = new WordMatcher(["😀😀", "🎉a"]);
  for (const text of ["so good 😀", "😃😀", "a🎉", "\udc00"]) assert(!matcher.matches(text), text);
  for (const text of ["so good 😀😀!", "🎉A"]) assert(matcher.matches(text), text);
});

/** Characters of several forms and scripts, few enough for words to be met. */
const character = fc.constantFrom(
  ...'aAａ𝐚bBcs1１ .*，赌博网站賭жЖйかがｶ한하ßéﬁ😀\\\0\n"/nu0'.matchAll(/./gsu).map(([found]) =>
    found
  ),
  ..."\u0301\u0323\u200b\u00ad\ufe0f\ud83d\ude00\u1100\u1161",
);
const string = (minLength: number, maxLength: number) =>
  fc.array(character, { minLength, maxLength }).map((characters) => characters.join(""));
const list = fc.array(string(1, 8).filter((word) => foldText(word) !== ""), {
  minLength: 1,
  maxLength: 8,
});

/** Texts of which many hold a word of the list, as it is or in capitals. */
const listAndText = list.chain((words) =>
  fc.tuple(
    fc.constant(words),
    fc.array(
      fc.oneof(
        string(0, 6),
        fc.constantFrom(...words),
        fc.constantFrom(...words).map((word) => word.toUpperCase()),
      ),
      { maxLength: 5 },
    ).map((parts) => parts.join("")),
  )
);

/** Whether a word covers whole characters of a text. */
function holdsWord(words: readonly string[], text: string): boolean {
  const { text: folded, origins } = foldWithOrigins(text);
  const { length } = folded;
  const between = (at: number) => at === 0 || at === length || origins[at - 1] !== origins[at];
  return words.map(foldText).some((word) => {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1)) {
      if (between(at) && between(at + word.length)) return true;
    }
    return false;
  });
}

Deno.test("a text matches if a word covers whole characters of it, and only then", () => {
  fc.assert(
    fc.property(listAndText, ([words, text]) => {
      assertEquals(new WordMatcher(words).matches(text), holdsWord(words, text));
    }),
    { numRuns: 3000 },
  );
});

/** Characters of words, and others that are in none of these, escapes' own letters among both. */
const ofWords = fc.constantFrom(
  ..."asßé한赌博😀".matchAll(/./gsu).map(([found]) => found),
  "u0",
  ..."n\n\r\t\b\f",
);
const ofNone = fc.constantFrom(...'xь，.<"/\\\u2028🎉tbr1');

const wordsApart = fc.array(
  fc.array(ofWords, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("")),
  { minLength: 1, maxLength: 4 },
);
const wordsAndText = wordsApart.chain((words) =>
  fc.tuple(
    fc.constant(words),
    fc.array(fc.oneof(ofWords, ofNone, ofNone, fc.constantFrom(...words)), { maxLength: 8 })
      .map((parts) => parts.join("")),
  )
);

/** How units are written in JSON: as short as can be, but for some. */
const writing = fc.array(
  fc.constantFrom("short", "short", "short", "short", "short", "code", "CODE", "slash"),
  { minLength: 1, maxLength: 24 },
);

function jsonOf(text: string, writing: readonly string[]): string {
  return text.split("").map((unit, at) => {
    const how = writing[at % writing.length]!;
    const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
    if (how === "code") return `\\u${code}`;
    if (how === "CODE") return `\\u${code.toUpperCase()}`;
    if (how === "slash" && unit === "/") return "\\/";
    return JSON.stringify(unit).slice(1, -1);
  }).join("");
}

Deno.test("a word is found however its text is written in JSON, and in JSON inside of JSON", () => {
  fc.assert(
    fc.property(wordsAndText, writing, writing, ([words, text], inner, outer) => {
      fc.pre(holdsWord(words, text));
      const matcher = new WordMatcher(words);
      const isFoundIn = (content: string) =>
        messageTexts(content).some((part) => matcher.matches(part));
      const json = `{"text":"${jsonOf(text, inner)}"}`;
      assertEquals(JSON.parse(json).text, text);
      assert(isFoundIn(json), json);
      const nested = `{"data":"${jsonOf(json, outer)}"}`;
      assertEquals(JSON.parse(nested).data, json);
      assert(isFoundIn(nested), nested);
    }),
    { numRuns: 3000 },
  );
});
