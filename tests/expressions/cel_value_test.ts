import { assertEquals, assertThrows } from "@std/assert";
import { jsonOf } from "../../src/expressions/cel_value.ts";
import { NestingError, stringifyExact } from "../../src/openim/exact_json.ts";
import { valueOf } from "./scope_builder.ts";

const json = (source: string) => stringifyExact(jsonOf(valueOf(source)));

Deno.test("a map becomes an object", () => {
  assertEquals(json("{'user': sendID, 'typing': typing}"), '{"user":"u1","typing":true}');
});

Deno.test("maps and lists are converted at every depth", () => {
  assertEquals(json("{'a': [1, 'x', null, {'b': [2.5]}]}"), '{"a":[1,"x",null,{"b":[2.5]}]}');
});

Deno.test("a map's numeric keys become names", () => {
  assertEquals(json("{1: 'one'}"), '{"1":"one"}');
});

Deno.test("a request's object becomes an object again", () => {
  assertEquals(
    json("group"),
    '{"groupName":"g","memberCount":3,"owner":{"userID":"o1"}}',
  );
});

Deno.test("the whole body becomes an object again", () => {
  assertEquals((jsonOf(valueOf("body")) as Record<string, unknown>).atUserIDs, ["u2", "u3"]);
});

Deno.test("an int beyond 2^53 keeps its digits", () => {
  assertEquals(json("{'id': 9007199254740993}"), '{"id":9007199254740993}');
});

Deno.test("a time becomes its ISO text", () => {
  assertEquals(json("timestamp('2026-08-04T10:00:00Z')"), '"2026-08-04T10:00:00.000Z"');
});

Deno.test("bytes become base64", () => {
  assertEquals(json("b'abc'"), '"YWJj"');
});

Deno.test("a set becomes a list", () => {
  assertEquals(jsonOf(new Set([1n, "x"])), [1n, "x"]);
});

Deno.test("what JSON knows stays as it is", () => {
  for (const value of ["x", 1.5, true, null]) assertEquals(jsonOf(value), value);
});

Deno.test("a length of time becomes its seconds", () => {
  assertEquals(json("duration('1h')"), '"3600s"');
  assertEquals(
    json("{'wait': [duration('1500ms'), duration('-90s')]}"),
    '{"wait":["1.5s","-90s"]}',
  );
});

Deno.test("an unsigned int becomes its digits", () => {
  assertEquals(json("[3u, 18446744073709551615u]"), "[3,18446744073709551615]");
});

Deno.test("a request's object keeps its fields, a field named valueOf or toJSON too", () => {
  for (const member of ["a text", 1, null, {}]) {
    assertEquals(jsonOf({ valueOf: member, toJSON: member }), { valueOf: member, toJSON: member });
  }
});

Deno.test("an object without a prototype becomes an object", () => {
  assertEquals(jsonOf(Object.assign(Object.create(null), { id: 1n })), { id: 1n });
});

Deno.test("a value is converted down to 500 levels, and refused below", () => {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
    const nested = (levels: number) => JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`);
    assertEquals(jsonOf(nested(500)), nested(500));
    for (const levels of [501, 20_000]) assertThrows(() => jsonOf(nested(levels)), NestingError);
  }
});
