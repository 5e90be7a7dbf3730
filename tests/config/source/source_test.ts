import { assertEquals, assertMatch } from "@std/assert";
import { describeProblem } from "../../../src/config/source/config_error.ts";
import { type Place, RulesSource } from "../../../src/config/source/source.ts";

const place = (text: string, place: Place) => {
  const { line, column } = new RulesSource("rules.json", text).problem(place, "wrong");
  return `${line}:${column}`;
};

const syntax = (text: string) => new RulesSource("rules.json", text).problems.map(describeProblem);

Deno.test("a problem names file, line, column, path and message", () => {
  const source = new RulesSource("my/rules.json", '{\n  "server": {\n    "listen": 1 } }');
  assertEquals(
    describeProblem(source.problem({ path: ["server", "listen"] }, "expected string")),
    "my/rules.json:3:15 server.listen: expected string",
  );
});

Deno.test("a problem at a key points at the key", () => {
  assertEquals(place('{\n  "a": {\n    "b": 1 } }', { path: ["a", "b"], atKey: true }), "3:5");
});

Deno.test("a problem in a list points at the element", () => {
  assertEquals(place('{"a": [1,\n 22, 3]}', { path: ["a", 1] }), "2:2");
});

Deno.test("a problem of the whole file points at its value", () => {
  assertEquals(place("\n\n  []", { path: [] }), "3:3");
});

Deno.test("a problem at a place that is not there points at the nearest one around it", () => {
  assertEquals(place('{"a":\n  {"b": 1}}', { path: ["a", "c", "d"] }), "2:3");
});

Deno.test("a place inside a string is counted from its first character", () => {
  assertEquals(place('{"a": "xyz"}', { path: ["a"], offset: 2 }), "1:10");
});

Deno.test("escapes before a place inside a string are counted as they are written", () => {
  // \" is two characters wide, A is six
  assertEquals(place('{"a": "\\"\\u0041xyz"}', { path: ["a"], offset: 3 }), "1:17");
});

Deno.test("a line break inside a string does not move the place to another line", () => {
  assertEquals(place('{"a": "x\\ny"}', { path: ["a"], offset: 2 }), "1:11");
});

Deno.test("lines that end in CR LF are counted once", () => {
  assertEquals(place('{\r\n  "a": 1\r\n}', { path: ["a"] }), "2:8");
});

Deno.test("a byte order mark does not move the first line", () => {
  assertEquals(place('\uFEFF{"a": 1}', { path: ["a"] }), "1:7");
});

Deno.test("comments are allowed", () => {
  const source = new RulesSource("rules.json", '{\n  // why\n  "a": /* what */ 1\n}');
  assertEquals([source.problems, source.value], [[], { a: 1 }]);
});

Deno.test("broken JSON is reported with its place", () => {
  assertEquals(syntax('{\n  "a": 1\n  "b": 2\n}'), [
    "rules.json:3:3 broken JSON: comma expected",
  ]);
});

Deno.test("a trailing comma is broken JSON and told as one problem", () => {
  for (const text of ['{"a": [1, ]}', '{"a": {"b": 1, } }']) {
    const [problem, ...others] = syntax(text);
    assertMatch(
      problem!,
      /^rules.json:1:\d+ broken JSON: .*; the comma before it is one too many$/,
    );
    assertEquals(others, [], text);
  }
});

Deno.test("a name without double quotes is broken JSON and told how to write it", () => {
  for (const text of ["{ server: {} }", "{ 'server': {} }"]) {
    assertEquals(syntax(text), [
      "rules.json:1:3 broken JSON: invalid symbol; names and texts stand in double quotes",
    ]);
  }
});

Deno.test("broken JSON on two lines is told of both", () => {
  assertEquals(syntax('{\n"a": 1\n"b": 2\n"c": 3\n}'), [
    "rules.json:3:1 broken JSON: comma expected",
    "rules.json:4:1 broken JSON: comma expected",
  ]);
});

for (const [opening, closing] of [["[", "]"], ['{"a":', "}"]] as const) {
  Deno.test(`a text that nests ${opening} without end is a problem with its place`, () => {
    const nested = (levels: number) => opening.repeat(levels) + "1" + closing.repeat(levels);
    assertEquals(syntax(nested(64)), []);
    for (const levels of [65, 200_000]) {
      assertEquals(syntax(nested(levels)), [
        `rules.json:1:${64 * opening.length + 1} is nested deeper than 64 levels`,
      ]);
    }
  });
}

Deno.test("brackets in texts and comments are no nesting", () => {
  assertEquals(syntax(`["${"[".repeat(100)}", /* ${"[".repeat(100)} */ 1]`), []);
});

Deno.test("an empty file is broken JSON", () => {
  assertEquals(syntax(""), [
    'rules.json:1:1 broken JSON: value expected; the file is empty: begin with { "callbacks": {} }',
  ]);
});

Deno.test("a key that is given twice is reported at its second place", () => {
  assertEquals(syntax('{\n  "a": 1,\n  "a": 2\n}'), [
    'rules.json:3:3 a: "a" is given twice; keep one of them',
  ]);
});

Deno.test("a key that is given twice is found in nested objects and lists", () => {
  assertEquals(syntax('{"a": [{"b": {"c": 1, "c": 2}}]}'), [
    'rules.json:1:23 a[0].b.c: "c" is given twice; keep one of them',
  ]);
});

Deno.test("one key in two objects is not given twice", () => {
  assertEquals(syntax('{"a": {"c": 1}, "b": {"c": 2}, "c": 3}'), []);
});

Deno.test("a key's name from a prototype is a name like any other", () => {
  assertEquals(syntax('{"constructor": 1, "__proto__": 2, "toString": 3}'), []);
  const { value } = new RulesSource("rules.json", '{"__proto__": {"a": 1}}');
  assertEquals(Object.keys(value as object), ["__proto__"]);
});

Deno.test("a name that is no plain word is quoted in the path", () => {
  const source = new RulesSource("rules.json", '{"a b": {"*": [1]}}');
  assertEquals(source.problem({ path: ["a b", "*", 0] }, "wrong").path, '["a b"].*[0]');
});

Deno.test("the exact value of a part keeps every digit of an integer", () => {
  const text =
    '{"a": [1, 9007199254740993, /* why */ {"__proto__": -9223372036854775808}], "b": 2}';
  const source = new RulesSource("rules.json", text);
  const [one, two, three] = source.exactValue(["a"]) as [number, bigint, object];
  assertEquals([one, two], [1, 9007199254740993n]);
  assertEquals(Object.entries(three), [["__proto__", -(2n ** 63n)]]);
  assertEquals(source.exactValue(["c"]), undefined);
});

Deno.test("the exact value is the value, where no integer is beyond 2^53", () => {
  const text = '{"a": [null, true, 1.5, -1e3, "x", {"b": []}]}';
  assertEquals(new RulesSource("rules.json", text).exactValue([]), JSON.parse(text));
});
