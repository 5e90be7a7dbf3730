import { assertEquals, assertStrictEquals } from "@std/assert";
import { fail, override, pass, refuse, skip } from "../../src/chain/outcome.ts";

Deno.test("a pass says nothing", () => {
  assertEquals(pass(), { kind: "pass" });
});

Deno.test("a skip is a pass that leaves nothing to do", () => {
  assertEquals(skip(), { kind: "pass", skipRest: true });
});

Deno.test("an override carries its fields", () => {
  assertEquals(override({ ex: null, status: 1 }), {
    kind: "override",
    fields: { ex: null, status: 1 },
  });
});

Deno.test("a refusal carries its code, message and detail", () => {
  assertEquals(refuse(5001, "no", "the group is closed"), {
    kind: "refuse",
    code: 5001,
    message: "no",
    detail: "the group is closed",
  });
});

Deno.test("a refusal's detail is empty where none is given", () => {
  assertEquals(refuse(5001, "no").detail, "");
});

Deno.test("a failure keeps the very error that was thrown", () => {
  const error = new TypeError("x is undefined");
  assertStrictEquals(fail(error).error, error);
});

for (
  const [what, thrown, message] of [
    ["a text", "out of order", "out of order"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 7, "7"],
    ["a symbol", Symbol("gone"), "Symbol(gone)"],
  ] as const
) {
  Deno.test(`a failure by ${what} becomes an error that says it`, () => {
    const { kind, error } = fail(thrown);
    assertEquals([kind, error instanceof Error, error.message], ["fail", true, message]);
  });
}

const textless: Readonly<Record<string, unknown>> = {
  "an object without a prototype": Object.create(null),
  "an object whose toString throws": {
    toString() {
      throw new TypeError("hostile");
    },
  },
  "an object whose toString gives an object": { toString: () => ({}) },
};

for (const [what, thrown] of Object.entries(textless)) {
  Deno.test(`a failure by ${what} becomes an error all the same`, () => {
    const { kind, error } = fail(thrown);
    assertEquals([kind, error.message], ["fail", "what was thrown has no text"]);
  });
}
