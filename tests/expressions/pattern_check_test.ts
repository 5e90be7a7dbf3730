import { assertEquals } from "@std/assert";
import { errorOf, valueOf } from "./scope_builder.ts";

for (
  const [marked, reason] of [
    ["sendID.matches(^'[')", 'missing closing ]: "["'],
    ["typing && sendID.matches(^'(')", 'missing closing ): "("'],
    ["typing && matches(sendID, ^'(')", 'missing closing ): "("'],
    ["atUserIDs.exists(id, id.matches(^'*'))", 'missing argument to repetition operator: "*"'],
    ["sendID.matches(^'(?=u)')", 'invalid or unsupported Perl syntax: "(?="'],
    ["sendID.matches(^'(u)\\\\1')", 'invalid escape sequence: "\\1"'],
  ] as const
) {
  Deno.test(`a pattern that is none is an error at its place: ${marked}`, () => {
    assertEquals(
      errorOf(marked.replace("^'", "'")),
      `${marked.indexOf("^'")}: not a regular expression: ${reason}`,
    );
  });
}

Deno.test("a pattern that is too large is an error at its place", () => {
  assertEquals(
    errorOf("sendID.matches('(a{1,100}){1,10}')"),
    "15: the pattern has 2021 steps, and 1000 is the most: " +
      "repeat less in it, or give lists of words to the rule words",
  );
});

Deno.test("a pattern that is one, and one that only the values can show, are no error", () => {
  assertEquals(valueOf("sendID.matches('^u[0-9]$')"), true);
  assertEquals(errorOf("sendID.matches(kind)"), "none");
});
