import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  NestingError,
  parseExact,
  parseExactAtAnyDepth,
  stringifyExact,
} from "../../src/openim/exact_json.ts";

for (
  const digits of [
    "9007199254740993",
    "-9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
  ]
) {
  Deno.test(`the integer ${digits} is parsed without rounding`, () => {
    assertEquals(parseExact(digits), BigInt(digits));
  });

  Deno.test(`the integer ${digits} is written as it was read`, () => {
    assertEquals(stringifyExact(parseExact(`{"at":[${digits}]}`)), `{"at":[${digits}]}`);
  });
}

for (const [text, value] of [["0", 0], ["9007199254740991", 2 ** 53 - 1], ["-5", -5]] as const) {
  Deno.test(`the integer ${text} stays a number`, () => {
    assertStrictEquals(parseExact(text), value);
  });
}

for (
  const [text, value] of [
    ["1e16", 10n ** 16n],
    ["1e17", 10n ** 17n],
    ["-1E+17", -(10n ** 17n)],
    [
      "12345678901234567.5",
      12345678901234568n,
    ],
    ["9.2e18", 9_200_000_000_000_000_000n],
    ["-9223372036854775808.0", -(2n ** 63n)],
  ] as const
) {
  Deno.test(`${text} is whole within an int64 and becomes a bigint of the same value`, () => {
    assertStrictEquals(parseExact(text), value);
  });
}

for (
  const [text, value] of [
    ["1.5", 1.5],
    ["1e15", 1e15],
    ["1e19", 1e19],
    ["-1e19", -1e19],
    ["1e21", 1e21],
    ["1e300", 1e300],
  ] as const
) {
  Deno.test(`${text} is no int64 that a number would round, and stays a number`, () => {
    assertStrictEquals(parseExact(text), value);
  });
}

Deno.test("digits inside text are left alone", () => {
  assertEquals(parseExact('"9007199254740993"'), "9007199254740993");
});

Deno.test("a key named __proto__ is a field like any other", () => {
  const value = parseExact('{"__proto__":{"admin":true}}') as Record<string, unknown>;
  assertEquals(value.admin, undefined);
  assertEquals(stringifyExact(value), '{"__proto__":{"admin":true}}');
});

Deno.test("a key named __proto__ keeps the digits of its number", () => {
  const text = '{"__proto__":9007199254740993,"a":[{"__proto__":-9007199254740993}]}';
  assertEquals(stringifyExact(parseExact(text)), text);
});

Deno.test("digits inside text are left alone also behind escapes and in names", () => {
  const text = String.raw`{"9007199254740993":"\\","a\"9007199254740993":"\" 9007199254740993"}`;
  assertEquals(parseExact(text), JSON.parse(text));
});

Deno.test("digits of a fraction or an exponent are no integer", () => {
  for (const text of ["0.9007199254740993", "1.9007199254740993e0", "1e-9007199254740993"]) {
    assertStrictEquals(parseExact(text), JSON.parse(text));
  }
});

Deno.test("a number of more than 4096 digits is read as JSON.parse reads it", () => {
  assertStrictEquals(typeof parseExact("9".repeat(4096)), "bigint");
  assertStrictEquals(parseExact("9".repeat(4097)), Infinity);
});

for (const text of ["", "{", "{} x", "01", "NaN", "09007199254740993", "9007199254740993.", '"9']) {
  Deno.test(`${JSON.stringify(text)} is refused as JSON`, () => {
    assertThrows(() => parseExact(text), SyntaxError);
  });
}

Deno.test("a Map is written as an object, its bigints digit for digit", () => {
  const counts = new Map([["1m", 9007199254740993n]]);
  assertEquals(stringifyExact({ counts }), '{"counts":{"1m":9007199254740993}}');
});

Deno.test("a Map inside a Map is written as an object", () => {
  assertEquals(stringifyExact(new Map([["a", new Map([["b", 1]])]])), '{"a":{"b":1}}');
});

Deno.test("what JSON cannot say at the top is written as null", () => {
  assertEquals([stringifyExact(undefined), stringifyExact(() => {})], ["null", "null"]);
});

Deno.test("any JSON value survives being written and parsed", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assertEquals(stringifyExact(parseExact(text)), JSON.stringify(JSON.parse(text)));
  }));
});

Deno.test("any integer is written with the digits it was parsed from", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (integer) => {
    assertEquals(stringifyExact(parseExact(`${integer}`)), `${integer}`);
  }));
});

Deno.test("what is nested too deeply to be read exactly is refused by name", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}1${"]".repeat(levels)}`;
  assertEquals(parseExact(nested(500)), JSON.parse(nested(500)));
  assertThrows(() => parseExact(nested(100_000)), NestingError);
  assertThrows(() => parseExact("["), SyntaxError);
});

Deno.test("digits are read at any depth where that is asked for", () => {
  const levels = 100_000;
  let value = parseExactAtAnyDepth(`${"[".repeat(levels)}9007199254740993${"]".repeat(levels)}`);
  while (Array.isArray(value)) value = value[0];
  assertStrictEquals(value, 9007199254740993n);
});
