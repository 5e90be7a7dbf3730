import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { z } from "zod";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { aCallback } from "../support/callbacks.ts";
import { errorOf, typeOf, valueOf } from "./scope_builder.ts";

Deno.test("an expression sees the command's fields", () => {
  assertEquals(valueOf("sendID + '/' + group.groupName"), "u1/g");
});

Deno.test("an expression sees what every callback has", () => {
  assertEquals(valueOf("[command, operationID]"), ["callbackAfterGroupMsgReadCommand", "op-1"]);
  assertEquals(valueOf("receivedAt"), 1_754_300_000_000n);
});

Deno.test("a field of the command stands above what every callback has", () => {
  const scope = CelScope.of(z.looseObject({ command: z.string() }));
  const callback = aCallback({ request: { command: "the field" } });
  assertEquals(scope.compile("command").evaluate(callback, {}), "the field");
});

Deno.test("operationID is the callback's, where a body leaves its own empty", () => {
  const scope = CelScope.of(z.looseObject({ operationID: z.string().optional() }));
  const callback = aCallback({ request: { operationID: "" } });
  const source = "[operationID, body.operationID]";
  assertEquals(scope.compile(source).evaluate(callback, {}), ["op-1", ""]);
});

Deno.test("body gives fields that the command does not name", () => {
  assertEquals(valueOf("body.newField + 1", { request: { newField: 41 } }), 42n);
});

Deno.test("body tells whether a field is there", () => {
  assertEquals([valueOf("has(body.sendID)"), valueOf("has(body.nowhere)")], [true, false]);
});

Deno.test("a misspelt field is an error with its place and the near name", () => {
  assertEquals(
    errorOf("unreadMsgNum > 1 && sendId == 'u2'"),
    '20: unknown field "sendId", did you mean "sendID"?',
  );
});

Deno.test("a misspelt member is an error with its place and the near name", () => {
  assertEquals(
    errorOf("group.memberCuont > 1"),
    '6: unknown field "memberCuont", did you mean "memberCount"?',
  );
});

Deno.test("a misspelt member of a nested object is an error with its place", () => {
  assertMatch(errorOf("group.owner.userId == 'u1'"), /^12: unknown field "userId"/);
});

Deno.test("a misspelt member of a list's items is an error with its place", () => {
  assertMatch(errorOf("members.exists(m, m.userId == 'u1')"), /^20: unknown field "userId"/);
  assertMatch(errorOf("members[0].userId"), /^11: unknown field "userId"/);
});

Deno.test("a misspelt field inside a macro is an error with its place", () => {
  assertMatch(
    errorOf("atUserIDs.exists(id, id == sendId)"),
    /^27: unknown field "sendId", did you mean "sendID"/,
  );
});

Deno.test("a misspelt function is an error", () => {
  assertEquals(
    errorOf("sendID.startWith('u')"),
    '0: there is no method "startWith", did you mean "startsWith"?',
  );
});

Deno.test("an operation on types that do not fit is an error", () => {
  assertEquals(
    errorOf("sendID + 1"),
    '0: "+" does not take sendID, a string and 1; write string(1)',
  );
  assertEquals(errorOf("sendID == 1"), `0: "sendID" is a string; write '1' in quotes`);
});

Deno.test("an expression that does not parse is an error with its place", () => {
  assertMatch(errorOf("sendID =="), /^9: the expression ends too early/);
  assertMatch(errorOf("sendID == 'open"), /^10: unterminated string/);
});

Deno.test("has() of what is no member is an error with the remedy", () => {
  for (const source of ["has(contentType)", "has(body['x'])"]) {
    assertEquals(
      errorOf(source),
      "4: has() takes a member, such as has(body.ex); " +
        "a field that may be absent is compared with null",
    );
  }
});

Deno.test("an expression that is too large is an error", () => {
  const endless = Array.from({ length: 1500 }, () => "unreadMsgNum").join(" + ");
  assertMatch(errorOf(endless), /^\d+: /);
});

Deno.test("an expression that is nested too deeply is an error", () => {
  assertMatch(errorOf(`${"(".repeat(100)}1${")".repeat(100)}`), /^\d+: /);
});

Deno.test("what only the values can show is an error of the evaluation", () => {
  assertThrows(() => valueOf("unreadMsgNum / 0"), Error, "division by zero");
});

Deno.test("an expression is typed", () => {
  assertEquals(
    ["typing", "unreadMsgNum", "score", "sendID", "atUserIDs"].map((name) => typeOf(name)),
    ["bool", "int", "double", "string", "list<string>"],
  );
});

Deno.test("a list literal may mix types", () => {
  assertEquals(valueOf("[sendID, unreadMsgNum, null]"), ["u1", 5n, null]);
});

Deno.test("an expression that reads a rounded integer sees the text's digits", () => {
  const text = '{"unreadMsgNum":9007199254740993}';
  const given = { text, request: { unreadMsgNum: 9007199254740992 } };
  assertEquals(valueOf("unreadMsgNum", given), 9007199254740993n);
  assertEquals(valueOf("unreadMsgNum == 9007199254740993", given), true);
  assertEquals(valueOf("unreadMsgNum + 1", given), 9007199254740994n);
});

Deno.test("the smallest and the largest int64 are exact", () => {
  for (const digits of ["9223372036854775807", "-9223372036854775808"]) {
    const given = {
      text: `{"unreadMsgNum":${digits}}`,
      request: { unreadMsgNum: Number(digits) },
    };
    assertEquals(valueOf("unreadMsgNum", given), BigInt(digits));
  }
});

Deno.test("large integers in lists and in the body are exact", () => {
  const text = '{"seqs":[9007199254740993],"extra":{"id":9007199254740995}}';
  const given = { text, request: JSON.parse(text) };
  assertEquals(valueOf("seqs[0]", given), 9007199254740993n);
  assertEquals(valueOf("body.extra.id", given), 9007199254740995n);
});

const bodyOf = (text: string) => ({ text, request: JSON.parse(text) });

Deno.test("a number beyond int64 in the body leaves the body's other fields readable", () => {
  const given = bodyOf('{"huge":1e300,"id":9007199254740993}');
  assertEquals(valueOf("body.id", given), 9007199254740993n);
  assertEquals(valueOf("body.huge", given), 1e300);
});

Deno.test("a whole number of the body is an int within int64 and a double beyond it", () => {
  assertEquals(valueOf("body.x", bodyOf('{"x":9223372036854775807}')), 2n ** 63n - 1n);
  assertEquals(valueOf("body.x", bodyOf('{"x":-9223372036854775808}')), -(2n ** 63n));
  for (const x of ["9223372036854775808", "9.223372036854775808e18", "9223372036854775809"]) {
    assertEquals(valueOf("body.x", bodyOf(`{"x":${x}}`)), 2 ** 63, x);
  }
  assertEquals(valueOf("body.x", bodyOf('{"x":-9223372036854775809}')), -(2 ** 63));
});

Deno.test("a number beyond int64 is a double, also beside one whose digits are needed", () => {
  for (const beside of ["", ',"id":9007199254740993']) {
    const given = bodyOf(`{"huge":18446744073709551615${beside}}`);
    assertEquals(valueOf("body.huge", given), 2 ** 64, beside);
  }
});

Deno.test("a whole number in exponent notation is an int in the body", () => {
  assertEquals(valueOf("body.x + 1", bodyOf('{"x":1e16}')), 10_000_000_000_000_001n);
});

Deno.test("an int64 in exponent notation is an int", () => {
  assertEquals(
    valueOf("unreadMsgNum + 1", bodyOf('{"unreadMsgNum":1e16}')),
    10_000_000_000_000_001n,
  );
});

Deno.test("a misspelt member of a nested object has the near name", () => {
  assertEquals(
    errorOf("group.owner.userId == 'u1'"),
    '12: unknown field "userId", did you mean "userID"?',
  );
});

Deno.test("a misspelt member of a list's items has the near name", () => {
  assertEquals(
    errorOf("members[0].userId == 'u1'"),
    '11: unknown field "userId", did you mean "userID"?',
  );
});
