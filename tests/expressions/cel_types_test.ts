import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { NestingError } from "../../src/openim/exact_json.ts";
import { errorOf, typeOf, valueOf } from "./scope_builder.ts";

Deno.test("a whole number is an int: it has a remainder", () => {
  assertEquals(valueOf("unreadMsgNum % 2 == 0", { request: { unreadMsgNum: 4 } }), true);
  assertEquals(valueOf("unreadMsgNum % 2 == 0", { request: { unreadMsgNum: 5 } }), false);
});

Deno.test("a whole number is compared with whole numbers", () => {
  assertEquals(valueOf("unreadMsgNum + 1 > 3"), true);
  assertEquals(valueOf("unreadMsgNum == 5"), true);
  assertEquals(valueOf("unreadMsgNum in [4, 5]"), true);
});

Deno.test("a number that JSON writes without a fraction is a double where it may have one", () => {
  assertEquals([typeOf("score"), valueOf("score + 0.5")], ["double", 2.5]);
});

Deno.test("a choice of texts is a text", () => {
  assertEquals([typeOf("kind"), valueOf("kind == 'text'")], ["string", true]);
});

Deno.test("a list is asked for its items", () => {
  assertEquals(valueOf("'u2' in atUserIDs && atUserIDs.size() == 2"), true);
  assertEquals(valueOf("seqs.map(seq, seq * 2)"), [2n, 4n]);
});

Deno.test("a list of objects is asked for its members", () => {
  assertEquals(valueOf("members.exists(m, m.userID == 'm1')"), true);
});

Deno.test("a nested object's members are typed", () => {
  assertEquals([typeOf("group.memberCount"), typeOf("group.owner.userID")], ["int", "string"]);
  assertEquals(valueOf("group.owner.userID"), "o1");
});

Deno.test("a nested object's member of the wrong type is an error", () => {
  assertMatch(
    errorOf("group.memberCount == 'three'"),
    /is a whole number; compare it with a number/,
  );
});

Deno.test("a field that may be absent is null where it is", () => {
  assertEquals(valueOf("contentType == null"), true);
  assertEquals(valueOf("contentType == 3"), false);
});

Deno.test("a field that may be absent is its value where it is there", () => {
  const given = { request: { contentType: 3 } };
  assertEquals([valueOf("contentType == 3", given), valueOf("contentType + 1", given)], [true, 4n]);
});

Deno.test("a field that may be null is null where it is", () => {
  assertEquals([valueOf("muted == null"), valueOf("muted == true")], [true, false]);
});

Deno.test("a condition may guard an absent field", () => {
  assertEquals(valueOf("contentType != null && contentType > 2"), false);
  assertEquals(valueOf("title != null && title.startsWith('x')"), false);
});

Deno.test("an absent field that is not guarded is an error of the evaluation", () => {
  assertThrows(() => valueOf("contentType > 2"), Error, "no such overload");
});

Deno.test("an object that may be absent gives its members where it is there", () => {
  assertEquals(valueOf("profile.age", { request: { profile: { age: 30 } } }), 30n);
});

Deno.test("a field of any type is read as it is", () => {
  assertEquals(valueOf("extra.tags[0]"), "x");
  assertEquals(valueOf("extra.ratio"), 0.5);
  assertEquals(valueOf("extra.level % 2"), 1n);
});

Deno.test("a field of any type may be null", () => {
  assertEquals(valueOf("extra == null", { request: { extra: null } }), true);
});

Deno.test("the body's whole numbers are ints", () => {
  assertEquals(valueOf("body.unreadMsgNum % 2 == 1"), true);
});

Deno.test("a body is read down to 500 levels, and refused below", () => {
  const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  assertEquals(valueOf("body == body", { request: nested(500) }), true);
  for (const levels of [501, 20_000]) {
    for (const source of ["body == body", "body", "[body]"]) {
      assertThrows(() => valueOf(source, { request: nested(levels) }), NestingError);
    }
  }
});

Deno.test("a body that is nested too deeply is read where it is not", () => {
  const deep = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  assertEquals(valueOf("body.sendID", { request: { deep } }), "u1");
  assertThrows(() => valueOf("body.deep == 1", { request: { deep } }), NestingError);
});
