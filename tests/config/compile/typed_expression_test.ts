import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import type { ExpressionType } from "../../../src/chain/expression.ts";
import { OptionError } from "../../../src/chain/rule.ts";
import { typedExpression, ValueError } from "../../../src/config/compile/typed_expression.ts";
import { CelScope } from "../../../src/expressions/cel_scope.ts";
import { int64 } from "../../../src/openim/fields.ts";
import { aCallback } from "../../support/callbacks.ts";

const scope = CelScope.of(z.looseObject({
  sendID: z.string(),
  unreadMsgNum: int64,
  score: z.number(),
  typing: z.boolean(),
  userIDs: z.array(z.string()),
  contentType: int64.optional(),
  muted: z.boolean().nullable(),
}));

const request = {
  sendID: "u1",
  unreadMsgNum: 5,
  score: 0.5,
  typing: true,
  userIDs: ["u1"],
  muted: null,
};

const compile = (source: string, type: ExpressionType) =>
  typedExpression(scope, ["when"], source, type);

const valueOf = (source: string, type: ExpressionType) =>
  compile(source, type)(aCallback({ request }), {});

const refusal = (source: string, type: ExpressionType) =>
  assertThrows(() => compile(source, type), OptionError);

Deno.test("each type takes an expression that gives it", () => {
  assertEquals(valueOf("typing", "bool"), true);
  assertEquals(valueOf("unreadMsgNum", "int"), 5n);
  assertEquals(valueOf("score", "double"), 0.5);
  assertEquals(valueOf("sendID", "string"), "u1");
  assertEquals(valueOf("userIDs", "list"), ["u1"]);
  assertEquals(valueOf("sendID", "any"), "u1");
});

Deno.test("a condition that gives no bool is an error when it is compiled", () => {
  assertEquals(
    refusal("unreadMsgNum + 1", "bool").message,
    "expected bool, but this gives int; compare it, such as unreadMsgNum + 1 > 0",
  );
  assertEquals(
    refusal("sendID", "bool").message,
    "expected bool, but this gives string; compare it, such as sendID == '...'",
  );
});

Deno.test("each type refuses an expression that gives another", () => {
  for (
    const [source, type] of [
      ["score", "int"],
      ["unreadMsgNum", "double"],
      ["unreadMsgNum", "string"],
      ["sendID", "list"],
      ["userIDs", "map"],
      ["userIDs", "key"],
    ] as const
  ) refusal(source, type);
});

Deno.test("an error says which option it is in", () => {
  assertEquals(refusal("sendID", "bool").option, ["when"]);
});

Deno.test("an error of the expression itself keeps its place", () => {
  const { offset, message } = refusal("typing && sendId == 'u1'", "bool");
  assertEquals([offset, message], [10, 'unknown field "sendId", did you mean "sendID"?']);
});

Deno.test("an optional field is checked when its value is there", () => {
  const condition = compile("muted", "bool");
  assertEquals(condition(aCallback({ request: { ...request, muted: true } }), {}), true);
  assertThrows(
    () => condition(aCallback({ request }), {}),
    ValueError,
    "expected bool, got null",
  );
});

Deno.test("a key is text: of numbers and conditions too", () => {
  assertEquals(
    ["sendID", "unreadMsgNum", "score", "typing"].map((source) => valueOf(source, "key")),
    ["u1", "5", "0.5", "true"],
  );
});

Deno.test("a key that is absent is the empty text", () => {
  assertEquals(valueOf("contentType", "key"), "");
});

Deno.test("a key that turns out to be a list or a map is an error", () => {
  const key = compile("body.userIDs", "key");
  assertThrows(
    () => key(aCallback({ request }), {}),
    ValueError,
    "a key cannot be a list or a map",
  );
});
