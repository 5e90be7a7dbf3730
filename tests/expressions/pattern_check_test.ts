import { assertEquals } from "@std/assert";
import { errorOf, valueOf } from "./scope_builder.ts";

for (
  const [marked, reason] of [
    ["sendID.matches(^'[')", "unterminated character class"],
    ["typing && sendID.matches(^'(')", "unterminated group"],
    ["atUserIDs.exists(id, id.matches(^'*'))", "nothing to repeat"],
  ] as const
) {
  Deno.test(`a pattern that is none is an error at its place: ${marked}`, () => {
    assertEquals(
      errorOf(marked.replace("^'", "'")),
      `${marked.indexOf("^'")}: not a regular expression: ${reason}`,
    );
  });
}

Deno.test("a pattern that is one, and one that only the values can show, are no error", () => {
  assertEquals(valueOf("sendID.matches('^u[0-9]$')"), true);
  assertEquals(errorOf("sendID.matches(kind)"), "none");
});
