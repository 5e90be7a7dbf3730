import { assertEquals } from "@std/assert";
import { withoutMessageText, withoutQuotes } from "../../src/openim/message_text_fields.ts";

const request = { content: '{"content":"see you at nine"}', title: "Alice says", sendID: "user-1" };

Deno.test("message text is left out at every depth, and the rest stays", () => {
  assertEquals(withoutMessageText({ list: [request], n: 1n, none: null }, new Set()), {
    list: [{ content: "[message text]", title: "[message text]", sendID: "user-1" }],
    ...{ n: 1n, none: null },
  });
});

Deno.test("message text that is asked for stays", () => {
  const { content, title } = withoutMessageText(request, new Set(["content"])) as typeof request;
  assertEquals([content, title], [request.content, "[message text]"]);
});

for (
  const [what, text, expected] of [
    ["the content", `no: ${request.content}`, "no: [message text]"],
    ["the readable text", 'no: "see you at nine", twice', 'no: "[message text]", twice'],
    ["a title", "no: Alice says $&", "no: [message text] $&"],
    ["another field", "no: user-1", "no: user-1"],
  ] as const
) {
  Deno.test(`an error that quotes ${what} is told as "${expected}"`, () => {
    assertEquals(withoutQuotes(text, request), expected);
  });
}

Deno.test("a message that is too short to be told from other words is not looked for", () => {
  assertEquals(withoutQuotes("not here", { content: "no" }), "not here");
});

Deno.test("a very long error is not told: it quotes a message, or was made to take long", () => {
  const content = `${"a".repeat(500_000)}b${"a".repeat(400_000)}`;
  const error = `no: ${"a".repeat(900_000)}`;
  assertEquals(
    withoutQuotes(error, { content, title: content.slice(1) }),
    "[message text] of 900004 characters",
  );
});
