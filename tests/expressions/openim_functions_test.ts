import { assertEquals } from "@std/assert";
import { z } from "zod";
import { CelError } from "../../src/expressions/cel_error.ts";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { messageFields } from "../../src/openim/message_fields.ts";
import { aCallback } from "../support/callbacks.ts";

/** Two messages: one with every field as it always is, one whose fields may be absent or null. */
const always = CelScope.of(z.looseObject(messageFields));
const { content, contentType, msgFrom } = messageFields;
const maybe = CelScope.of(z.looseObject({
  content: content.nullish(),
  contentType: contentType.nullish(),
  msgFrom: msgFrom.nullish(),
}));

const valueOf = (source: string, request: Record<string, unknown>, scope = always): unknown =>
  scope.compile(source).evaluate(aCallback({ request }), {});

function errorOf(source: string): string {
  try {
    always.compile(source);
    return "none";
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
}

Deno.test("text is the readable text of a message", () => {
  const request = { content: '{"text":"hi @Bob","atUserList":["bob"]}' };
  assertEquals(valueOf("text(content)", request), "hi @Bob");
  assertEquals(valueOf("text(content).contains('Bob')", request), true);
});

Deno.test("content types from 1000 to 5000 are notifications, a read receipt among them", () => {
  const types = [101, 203, 999, 1000, 1501, 2200, 5000, 5001];
  assertEquals(
    types.filter((contentType) => valueOf("isNotification(contentType)", { contentType })),
    [1000, 1501, 2200, 5000],
  );
});

Deno.test("content type 2200 is a read receipt", () => {
  const types = [101, 2101, 2200, 2201];
  assertEquals(
    types.filter((contentType) => valueOf("isReadReceipt(contentType)", { contentType })),
    [2200],
  );
});

Deno.test("a message from 200 comes through the REST API", () => {
  assertEquals([100, 200].filter((msgFrom) => valueOf("fromRestApi(msgFrom)", { msgFrom })), [200]);
});

Deno.test("the functions take fields that may be absent or null", () => {
  for (const request of [{}, { content: null, contentType: null, msgFrom: null }]) {
    assertEquals(valueOf("text(content)", request, maybe), "");
    assertEquals(valueOf("isNotification(contentType)", request, maybe), false);
    assertEquals(valueOf("isReadReceipt(contentType)", request, maybe), false);
    assertEquals(valueOf("fromRestApi(msgFrom)", request, maybe), false);
  }
  const request = { content: '{"content":"hi"}', contentType: 2200, msgFrom: 200 };
  assertEquals(valueOf("text(content)", request, maybe), "hi");
  assertEquals(valueOf("isReadReceipt(contentType) && fromRestApi(msgFrom)", request, maybe), true);
});

Deno.test("an argument of the wrong type is an error when the expression is checked", () => {
  assertEquals(
    errorOf("text(contentType)"),
    '"text" is given a whole number; write text(string) or text(null)',
  );
  assertEquals(
    errorOf("isNotification(content)"),
    '"isNotification" is given a string; write isNotification(int) or isNotification(null)',
  );
});

Deno.test("what the functions give has a type", () => {
  assertEquals(always.compile("text(content)").type, "string");
  assertEquals(always.compile("fromRestApi(msgFrom)").type, "bool");
});
