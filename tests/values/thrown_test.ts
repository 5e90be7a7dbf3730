import { assert, assertEquals } from "@std/assert";
import { errorOf, messageOf, namedMessageOf, stackOf } from "../../src/values/thrown.ts";

const failure = new RangeError("too far");

Deno.test("an error is told by its message, its name or its stack", () => {
  assertEquals(messageOf(failure), "too far");
  assertEquals(namedMessageOf(failure), "RangeError: too far");
  assert(stackOf(failure).includes("thrown_test.ts"));
  assertEquals(errorOf(failure), failure);
});

for (
  const [thrown, text] of [["no luck", "no luck"], [undefined, "undefined"], [7, "7"]] as const
) {
  Deno.test(`${JSON.stringify(thrown)}, which is no error, is told as "${text}"`, () => {
    assertEquals([messageOf(thrown), namedMessageOf(thrown), stackOf(thrown)], [text, text, text]);
    assertEquals(errorOf(thrown).message, text);
  });
}

Deno.test("what cannot become a text is told in words", () => {
  for (
    const thrown of [
      Object.create(null),
      Object.assign(new Error(), { message: Object.create(null) }),
    ]
  ) {
    assertEquals(messageOf(thrown), "what was thrown has no text");
  }
});
