import { assertEquals, assertStringIncludes } from "@std/assert";
import { fillIn } from "../../../src/config/load/environment.ts";

const variables = new Map([["HOST", "im.example.com"], ["PORT", "10006"], ["EMPTY", ""]]);
const environment = (name: string) => variables.get(name);

const filled = (value: unknown) => fillIn(value, environment);

/** What a value is filled in to, and what is missing for it. */
function filling(value: unknown) {
  const { value: result, missing } = filled(value);
  return { value: result, missing };
}

Deno.test("a variable is filled in", () => {
  assertEquals(filling("${HOST}"), { value: "im.example.com", missing: [] });
});

Deno.test("several variables of one string are filled in", () => {
  assertEquals(
    filled("http://${HOST}:${PORT}/${HOST}").value,
    "http://im.example.com:10006/im.example.com",
  );
});

Deno.test("a default stands for a variable that is not set", () => {
  assertEquals(filling("${NOWHERE:-127.0.0.1:10006}"), { value: "127.0.0.1:10006", missing: [] });
});

Deno.test("a default may be empty", () => {
  assertEquals(filling("[${NOWHERE:-}]"), { value: "[]", missing: [] });
});

Deno.test("a default does not stand for a variable that is set", () => {
  assertEquals(filled("${HOST:-elsewhere}").value, "im.example.com");
});

Deno.test("a default stands for a variable that is set but empty", () => {
  assertEquals(filled("${EMPTY:-full}").value, "full");
});

Deno.test("a variable that is set but empty is not missing", () => {
  assertEquals(filling("[${EMPTY}]"), { value: "[]", missing: [] });
});

Deno.test("a variable's value is taken as it is, references and dollar signs included", () => {
  const { value, missing } = fillIn("${TEMPLATE}", () => "$& ${HOST} $1");
  assertEquals({ value, missing }, { value: "$& ${HOST} $1", missing: [] });
});

Deno.test("a missing variable is reported with its path and its place in the string", () => {
  const { missing } = filled({ targets: [{ url: "http://${HOST}/${KEY}" }] });
  assertEquals(missing.map(({ path, offset }) => ({ path, offset })), [
    { path: ["targets", 0, "url"], offset: 15 },
  ]);
});

Deno.test("every missing variable is reported, inside nested arrays too", () => {
  const { missing } = filled({ list: [["${ONE} ${TWO}"], { deep: ["${THREE}"] }] });
  assertEquals(missing.map(({ path }) => path), [
    ["list", 0, 0],
    ["list", 0, 0],
    ["list", 1, "deep", 0],
  ]);
});

Deno.test("a missing variable is reported with its name and the remedy", () => {
  assertStringIncludes(
    filled("${KEY}").missing[0]!.message,
    "variable KEY is not set; set it, or give a default: ${KEY:-default}",
  );
});

Deno.test("what is no string stays as it is", () => {
  const value = { yes: true, none: null, number: 1.5, list: [1, false] };
  assertEquals(filling(value), { value, missing: [] });
});

Deno.test("names of properties are not filled in", () => {
  assertEquals(filling({ "${HOST}": 1 }), { value: { "${HOST}": 1 }, missing: [] });
});

Deno.test("dollars and braces that name no variable stay as they are", () => {
  for (const text of ["$HOST", "{HOST}", "$ {HOST}", "$", "}$"]) {
    assertEquals(filling(text), { value: text, missing: [] });
  }
});

for (const text of ["${HOST", "${}", "${1ST}", "${HOST:80}", "${ HOST }", "${HOST:-${PORT}}"]) {
  Deno.test(`${text} names no variable and is reported with the remedy`, () => {
    const [problem, ...others] = filled(`a ${text}`).missing;
    assertEquals([problem?.offset, others], [2, []]);
    assertStringIncludes(problem!.message, 'no variable is named after "${"; write ${NAME}');
  });
}

/** Where an offset into the filled-in string stands in the written one. */
const writtenOffset = (text: string, offset: number) =>
  filled({ when: text }).asWritten({ path: ["when"], offset }).offset;

Deno.test("a place after a variable is moved by what the variable made longer", () => {
  // "[im.example.com] x" is written "[${HOST}] x"
  assertEquals(writtenOffset("[${HOST}] x", 17), 10);
});

Deno.test("a place after a variable is moved by what the variable made shorter", () => {
  // "[] x" is written "[${EMPTY}] x"
  assertEquals(writtenOffset("[${EMPTY}] x", 3), 11);
});

Deno.test("a place after several variables is moved by all of them", () => {
  // "10006 im.example.com x" is written "${PORT} ${HOST} x"
  assertEquals(writtenOffset("${PORT} ${HOST} x", 21), 16);
});

Deno.test("a place inside what was filled in is that of the variable", () => {
  assertEquals([1, 5, 14].map((offset) => writtenOffset("[${HOST}] x", offset)), [1, 1, 1]);
});

Deno.test("a place before a variable stays where it is", () => {
  assertEquals(writtenOffset("x == '${HOST}'", 3), 3);
});

Deno.test("a place in another string stays where it is", () => {
  const { asWritten } = filled({ one: "${HOST}", other: "a plain text" });
  assertEquals(asWritten({ path: ["other"], offset: 8 }), { path: ["other"], offset: 8 });
});
