import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CostError } from "../../src/expressions/work.ts";
import { errorOf, valueOf } from "./scope_builder.ts";

/** Expressions that are true in CEL. */
const trueInCel: readonly string[] = [
  // texts are counted in characters
  "size('😀é赌') == 3",
  "'😀b'.indexOf('b') == 1",
  "'b😀b'.indexOf('b', 1) == 2",
  "'😀'.indexOf('x') == -1",
  "'😀b'.indexOf('', 1) == 1",
  "'😀b😀b'.lastIndexOf('b') == 3",
  "'😀b😀b'.lastIndexOf('b', 2) == 1",
  "'😀b'.lastIndexOf('') == 2",
  "'😀b'.substring(1) == 'b'",
  "'a😀b'.substring(0, 2) == 'a😀'",
  "'a😀'.substring(2) == ''",
  "'a😀b'.charAt(1) == '😀'",
  "'a😀'.charAt(2) == ''",
  "'a😀'.split('') == ['a', '😀']",
  "'a-b-c'.split('-', 2) == ['a', 'b-c']",
  "'a-b'.split('-', 0) == []",
  "'a-b'.split('-', -1) == ['a', 'b']",
  "'a😀'.reverse() == '😀a'",
  "['a', '😀'].join('-') == 'a-😀' && ['x', 'y'].join() == 'xy'",
  "'a-b-c'.replace('-', '+') == 'a+b+c'",
  "'a-b-c'.replace('-', '+', 1) == 'a+b-c'",
  "'a-b-c'.replace('-', '+', 0) == 'a-b-c'",
  "'a-b-c'.replace('-', '+', -1) == 'a+b+c'",
  "'a😀'.replace('', '.') == '.a.😀.'",
  // letters of ASCII alone
  "'Straße É'.upperAscii() == 'STRAßE É'",
  "'ÀB İ K'.lowerAscii() == 'Àb İ k'",
  // white space is Unicode's
  "'\\u0085\\u3000 a b \\t\\n'.trim() == 'a b'",
  "'\\ufeffa'.trim() == '\\ufeffa'",
  // numbers are compared by value
  "2 in [1.0, 2.0] && !(3 in [1.0, 2.0]) && 2.0 in [1, 2]",
  "score in [1, 2] && unreadMsgNum in [5.0] && [7].all(n, n in [7.0])",
  "dyn(2) in [1.0, 2.0] && dyn(2.0) in [1, 2] && extra.level in [7.0]",
  "9007199254740993 != 9007199254740992.0 && 2 == 2.0 && 1 < 1.5",
  "2 in {2: 'x'} && 'a' in {'a': 1} && !('b' in {'a': 1})",
  "-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3",
  "int(-2.9) == -2 && int('-7') == -7 && double('1e3') == 1000.0",
  "string(1.5) == '1.5' && string(-7) == '-7' && string(true) == 'true' && bool('t')",
  // logic takes an error of one side for nothing where the other decides
  "1 / 0 > 1 || true",
  "!(false && 1 / 0 > 1)",
  "[1, 0].exists(n, 1 / n == 1)",
  "![1, 0].all(n, 1 / n > 1)",
  "[1, 2, 3].exists_one(n, n > 2) && [1, 2].map(n, n > 1, n * 2) == [4]",
  // times
  "int(timestamp('2026-03-01T00:00:00Z')) == 1772323200",
  "string(timestamp('2026-03-01T08:30:00+08:00')) == '2026-03-01T00:30:00Z'",
  "string(timestamp(0) + duration('1.5s')) == '1970-01-01T00:00:01.5Z'",
  "string(duration('90m')) == '5400s'",
  "timestamp(timestamp(5)) == timestamp(5) && duration(duration('5s')) == duration('5s')",
  "timestamp('2026-12-31T23:00:00Z').getDayOfYear() == 364",
  "timestamp('2026-07-01T00:00:00Z').getDayOfYear() == 181",
  "timestamp('2026-12-31T23:00:00Z').getFullYear('Asia/Shanghai') == 2027",
  "timestamp('2026-12-31T23:00:00Z').getDayOfYear('Asia/Shanghai') == 0",
  "timestamp('2026-03-08T02:30:00Z').getHours('UTC') == 2",
  "timestamp('2026-03-01T00:10:00Z').getMinutes('-02:30') == 40",
  "timestamp('2026-03-01T00:10:00Z').getDate('-02:30') == 28",
  "timestamp('2026-03-01T00:10:00Z').getHours('05:30') == 5",
  "timestamp('2026-03-01T00:10:00.250Z').getMilliseconds('UTC') == 250",
  "timestamp('2026-03-01T00:10:00.250Z').getMilliseconds() == 250",
  "duration('61.5s').getMilliseconds() == 500 && duration('61.5s').getSeconds() == 61",
];

for (const source of trueInCel) {
  Deno.test(`CEL holds this to be true: ${source}`, () => assertEquals(valueOf(source), true));
}

for (
  const source of [
    "'😀'.charAt(2)",
    "'😀'.charAt(-1)",
    "'😀'.substring(2)",
    "'abc'.substring(2, 1)",
    "'abc'.substring(0, 4)",
    "'😀'.indexOf('x', 1)",
    "'abc'.lastIndexOf('a', -1)",
    "timestamp(0).getHours('No/Where')",
    "1 / 0",
    "int('x')",
    "9223372036854775807 + 1",
  ]
) {
  Deno.test(`CEL holds this to be an error: ${source}`, () => {
    assertThrows(() => valueOf(source));
  });
}

for (const source of ["sendID.indexOf(1)", "typing.trim()", "seqs.matches('a')"]) {
  Deno.test(`an error names the function that the expression names: ${source}`, () => {
    const [, name] = /\.(\w+)\(/.exec(source) ?? [];
    assertStringIncludes(errorOf(source), `"${name}"`);
  });
}

Deno.test("texts do not multiply each other without a bound", () => {
  const request = { sendID: "a".repeat(100_000) };
  assertThrows(() => valueOf("sendID.replace('a', sendID)", { request }), CostError);
  assertThrows(() => valueOf("sendID.split('').join(sendID)", { request }), CostError);
});
