import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { z } from "zod";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { CostError, leastSteps, mostSteps, Work } from "../../src/expressions/work.ts";
import { aCallback } from "../support/callbacks.ts";

const scope = CelScope.of(z.looseObject({
  content: z.string(),
  ex: z.string(),
  names: z.array(z.string()),
}));

const count = (length: number) => Array.from({ length }, (_, index) => index);
const manyNames = count(4000).map((index) => `user${index}`);
const longText = "a".repeat(1_000_000);

/** A callback with large fields. */
function aLargeCallback(fields: Readonly<Record<string, unknown>> = {}) {
  return aCallback({ request: { content: longText, ex: "", names: manyNames, ...fields } });
}

const evaluate = (source: string, callback = aLargeCallback()) =>
  scope.compile(source).evaluate(callback, {});

/** What would take seconds to minutes, or fill the memory. */
const costly: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>?]>> = {
  "a list gone through for each of its items": [
    "names.exists(u, size(names.filter(v, v == u)) > 1)",
  ],
  "a list gone through three times over": ["names.all(a, names.all(b, names.all(c, a != 'x')))"],
  "a list looked into for each of its items": [
    "names.all(u, u in names)",
    { names: count(40_000).map(String) },
  ],
  "one item asked for very often": ["names.map(u, names.exists_one(v, v == 'x')).size() > 1"],
  "lists that hold one list many times": ["names.map(u, names)"],
  "a list that holds a long text many times": ["names.map(u, content)"],
  "a text joined out of long ones": ["names.map(u, content).join('') == ''"],
  "texts made longer and longer": [
    "cel.bind(a, content + content, cel.bind(b, a + a, cel.bind(c, b + b, size(c + c) > 1)))",
  ],
  "lists made longer and longer": [
    Array.from("abcdefghij").reduceRight(
      (rest, name, index) => {
        const before = index === 0 ? "names" : "abcdefghij"[index - 1];
        return `cel.bind(${name}, ${before} + ${before}, ${rest})`;
      },
      "size(j + j) > 1",
    ),
  ],
  "a text split for each item": ["names.all(u, content.split('').size() > 1)"],
  "a text counted for each item": ["names.all(u, size(content) > 1)"],
  "a text searched for each item": ["names.exists(u, content.contains(u))"],
  "two messages read in turn for each item": [
    "names.all(u, text(content) == text(ex))",
    { ex: `{"content":"${longText}"}` },
  ],
  "a search for what almost stands in a text": [
    "content.contains(ex)",
    { ex: `${"a".repeat(50_000)}b${"a".repeat(50_000)}` },
  ],
  "a search from the end for what almost stands in a text": [
    "content.lastIndexOf(ex) > 0",
    { ex: `${"a".repeat(50_000)}b` },
  ],
  "a replacement of what almost stands in a text": [
    "content.replace(ex, '') == ''",
    { ex: `${"a".repeat(50_000)}b${"a".repeat(50_000)}` },
  ],
  "a long text made out of two short ones for each item": [
    "names.all(u, content.replace('', ex) != 'x')",
    { content: "a".repeat(1500), ex: "b".repeat(1500), names: manyNames.slice(0, 1000) },
  ],
  "long lists compared for each item": [
    "names.all(u, body.one == body.other)",
    { one: count(10_000), other: count(10_000) },
  ],
  "large maps compared for each item": [
    "names.all(u, body.one == body.other)",
    {
      one: Object.fromEntries(manyNames.entries()),
      other: Object.fromEntries(manyNames.entries()),
    },
  ],
  "two objects read from a text compared for each item": [
    "cel.bind(one, bytes(content).json(), cel.bind(other, bytes(content).json(), " +
    "names.all(u, one == other)))",
    { content: JSON.stringify({ list: count(10_000).map(() => ({})) }) },
  ],
  "the members of an object read from a text counted for each item": [
    "cel.bind(one, bytes(content).json(), names.all(u, size(one) > 1))",
    { content: JSON.stringify(Object.fromEntries(manyNames.entries())) },
  ],
  "lists of one list compared with those of its copy": [
    "cel.bind(copy, names.filter(u, true), names.map(u, names) == names.map(u, copy))",
  ],
  "the names of a large map for each item": [
    "names.all(u, body.map.exists(name, name != ''))",
    { map: Object.fromEntries(manyNames.entries()) },
  ],
  "items without the member that is asked for": [
    "body.list.exists(item, item.userID == 'u1')",
    { list: count(100_000).map(() => ({})) },
  ],
  "errors that an or makes up for": ["names.all(u, names.all(v, double(v) > 1.0 || true))"],
  "a time told in a time zone for each item": [
    "names.all(u, timestamp(1).getHours('Asia/Shanghai') >= 0)",
  ],
  "a length of time of very many digits": [
    "duration(content) > duration('1s')",
    { content: "1".repeat(10_000) },
  ],
};

for (const [name, [source, fields]] of Object.entries(costly)) {
  Deno.test(`${name}: a CostError`, () => {
    assertThrows(() => evaluate(source, aLargeCallback(fields)), CostError);
  });
}

Deno.test("a CostError says what to do", () => {
  const error = assertThrows(() => evaluate("names.map(u, names)"), CostError);
  assertMatch(error.message, /more than \d+ steps .*: do not go through a list for each item/);
});

Deno.test("another side of an or or an and does not make up for what takes too long", () => {
  const endless = "names.all(u, names.all(v, v != ''))";
  for (const source of [`${endless} || true`, `!(${endless} && false)`]) {
    assertThrows(() => evaluate(source), CostError);
  }
});

Deno.test("another item does not make up for what takes too long", () => {
  const source =
    "['other', 'all'].exists(which, which == 'all' || names.all(u, names.all(v, true)))";
  assertThrows(() => evaluate(source), CostError);
});

Deno.test("what goes through a large body once is evaluated", () => {
  const names = count(80_000).map((index) => `user${index}`);
  for (
    const [source, value] of [
      ["names.exists(u, u == 'nobody')", false],
      ["names.all(u, u.startsWith('user'))", true],
      ["'nobody' in names", false],
      ["size(names.filter(u, u.endsWith('7')))", 8000n],
      ["content.contains('casino')", false],
      ["size(content)", 1_000_000n],
      ["names.map(u, u + '!').size()", 80_000n],
      ["size(names + names)", 160_000n],
      ["content.split('b')", [longText]],
    ] as const
  ) {
    assertEquals(evaluate(source, aLargeCallback({ names })), value, source);
  }
});

Deno.test("all expressions of one callback share its steps", () => {
  const callback = aLargeCallback();
  const source = "names.exists(u, u == 'nobody') || names.exists(u, u == 'no one')";
  const { evaluate } = scope.compile(source);
  assertThrows(() => {
    for (let rule = 0; rule < 1000; rule++) evaluate(callback, {});
  }, CostError);
  assertEquals(evaluate(aLargeCallback(), {}), false, "of another callback");
});

Deno.test("a callback that has spent its steps leaves each expression a few", () => {
  const callback = aLargeCallback();
  for (let rule = 0; rule < 3; rule++) {
    assertThrows(() => evaluate("names.map(u, names)", callback), CostError);
    assertEquals(evaluate("['u1', 'u2'].exists(u, u == ex) || names[0] == ''", callback), false);
  }
});

Deno.test("work is spent to the last step and not beyond", () => {
  const work = new Work();
  work.begin();
  work.spend(mostSteps);
  assertEquals(work.left, 0);
  assertThrows(() => work.spend(1), CostError);
  work.begin();
  assertEquals(work.left, leastSteps);
});

Deno.test("the type of a value of many levels is told in short", () => {
  const messageOf = (nested: unknown) => {
    const error = assertThrows(() => evaluate("body.nested + 1 == 2", aLargeCallback({ nested })));
    return (error as Error).message.split("\n")[0];
  };
  // the library keeps every type that it has ever told: 300 bodies of 2 kB took 300 MB
  const levels = JSON.parse(`${'[{"a":'.repeat(100)}1${"}]".repeat(100)}`);
  assertEquals(messageOf(levels), "no such overload: dyn<list<dyn>> + int");
  assertEquals(messageOf({ levels }), "no such overload: dyn<map<dyn, dyn>> + int");
  assertEquals(messageOf([[1]]), "no such overload: dyn<list<list<int>>> + int");
});
