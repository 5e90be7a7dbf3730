import { assertEquals } from "@std/assert";
import { errorOf } from "./scope_builder.ts";

for (
  const [source, says] of [
    ["typing and typing", '7: unexpected "and"; write &&'],
    ["typing or typing", '7: unexpected "or"; write ||'],
    ["typing & typing", '7: unexpected "&"; write &&'],
    ["typing | typing", '7: unexpected "|"; write ||'],
    ["sendID = 'u1'", '7: unexpected "="; write =='],
    ["sendID <> 'u1'", '7: unexpected "<>"; write !='],
    ["typing typing", '7: unexpected "typing"'],
    ["(typing))", '8: unexpected ")"'],
    ["é == 1", '0: unexpected "é"'],
    ["sendID ==", "9: the expression ends too early"],
    ["size(sendID", "11: the expression ends too early"],
    ["", "0: the expression ends too early"],
  ] as const
) {
  Deno.test(`what does not parse in ${JSON.stringify(source)} is quoted, with the remedy`, () => {
    assertEquals(errorOf(source), says);
  });
}
