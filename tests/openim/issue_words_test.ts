import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { issueWords } from "../../src/openim/issue_words.ts";

function wordsOf(schema: z.ZodType, value: unknown): readonly [string, string] {
  const [issue] = schema.safeParse(value).error!.issues;
  return [issue!.code, issueWords(issue!)];
}

for (
  const [schema, value, code, words] of [
    [z.string(), undefined, "invalid_type", "is missing; expected string"],
    [z.string(), 5, "invalid_type", "expected string, got number"],
    [z.int(), 1.5, "invalid_type", "expected whole number, got a fraction"],
    [z.record(z.string(), z.string()), [], "invalid_type", "expected object, got array"],
    [z.literal("a"), "b", "invalid_value", 'expected "a"'],
    [z.enum(["a", "b"]), "c", "invalid_value", 'expected "a" or "b"'],
    [z.number().min(3), 1, "too_small", "expected a number of at least 3"],
    [z.number().gt(3), 3, "too_small", "expected a number of more than 3"],
    [z.number().max(3), 4, "too_big", "expected a number of at most 3"],
    [z.string().min(1), "", "too_small", "is empty"],
    [z.array(z.string()).min(2), ["a"], "too_small", "expected at least 2 items"],
    [z.string().max(1), "ab", "too_big", "expected at most 1 character"],
    [z.number().multipleOf(2), 3, "not_multiple_of", "expected a multiple of 2"],
    [z.string().regex(/^a$/), "b", "invalid_format", "expected a text of another form"],
    [z.email(), "b", "invalid_format", "expected an e-mail address"],
    [z.strictObject({}), { a: 1 }, "unrecognized_keys", 'unknown field "a"'],
    [
      z.record(z.string().max(1), z.int()),
      { ab: 1 },
      "invalid_key",
      "the name is not allowed: expected at most 1 character",
    ],
    [
      z.map(z.int(), z.int()),
      new Map([[{}, "x"]]),
      "invalid_key",
      "the name is not allowed: expected number, got object",
    ],
    [
      z.union([z.string(), z.number()]),
      true,
      "invalid_union",
      "expected string, got boolean, or expected number, got boolean",
    ],
    [z.string().refine(() => false, "our own words"), "a", "custom", "our own words"],
    [z.string().refine(() => false), "a", "custom", "not as expected"],
  ] as const
) {
  Deno.test(`zod's ${code} of ${JSON.stringify(value)} is told in our words`, () => {
    assertEquals(wordsOf(schema, value), [code, words]);
    assert(!/input/i.test(words));
  });
}
