import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { foldText, foldWithOrigins } from "../../../src/rules/words/text_folding.ts";

const same = (name: string, ...texts: readonly string[]) =>
  Deno.test(`${name} fold to the same text`, () => {
    assertEquals(new Set(texts.map(foldText)).size, 1, texts.map(foldText).join(" | "));
  });

same("upper and lower case", "Straße", "STRASSE", "STRAẞE", "strasse");
same("the sigmas", "ΌΔΟΣ", "όδος", "όδοσ");
same("full-width and half-width letters", "ＡＢＣ１２", "abc12");
same("full-width and half-width katakana", "ガード", "ｶﾞｰﾄﾞ");
same("composed and decomposed letters", "café", "cafe\u0301");
same("letters of mathematics", "𝐛𝐚𝐝", "𝓫𝓪𝓭", "bad");
same("ligatures and what they join", "ﬁsh", "fish");
same("texts with and without invisible characters", "b\u200ba\u00add", "bad");

Deno.test("a unit folds as its lower case does", () => {
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    assertEquals(foldText(character.toLowerCase()), foldText(character), unit.toString(16));
  }
});

Deno.test("an accent makes another letter", () => {
  assert(foldText("é") !== foldText("e"));
});

Deno.test("every unit of a folded text knows the character that it comes from", () => {
  assertEquals(foldWithOrigins("Aß\u200b𝐛ﬁ😀"), {
    text: "assbfi😀",
    origins: [0, 1, 1, 3, 5, 5, 6, 6],
  });
});

Deno.test("folding a folded text changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(foldText(foldText(text)), foldText(text));
  }));
});

Deno.test("a text folds to its characters' folds, each with the place of its own", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    let at = 0;
    const origins: number[] = [];
    let folded = "";
    for (const character of text) {
      const fold = foldText(character);
      folded += fold;
      for (let unit = 0; unit < fold.length; unit++) origins.push(at);
      at += character.length;
    }
    assertEquals(foldWithOrigins(text), { text: folded, origins });
  }));
});

Deno.test("any UTF-16 units fold, lone surrogates among them", () => {
  fc.assert(fc.property(fc.array(fc.nat(0xffff)), (units) => {
    assertEquals(typeof foldText(String.fromCharCode(...units)), "string");
  }));
  assertEquals(foldText("\ud800A"), "\ud800a");
});

Deno.test("a text that grows many times over when folded is folded to its end", () => {
  const sentence = foldText("ﷺ");
  assertEquals(foldText("ﷺ".repeat(5000)), sentence.repeat(5000));
});
