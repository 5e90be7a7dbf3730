import { assertEquals } from "@std/assert";
import { z } from "zod";
import { pathText } from "../../../src/config/source/config_error.ts";
import {
  addOnce,
  type SchemaProblem,
  schemaProblems,
} from "../../../src/config/source/schema_problems.ts";

const settings = z.strictObject({
  timeout: z.string().regex(/s$/, "expected a duration").default("1s"),
  level: z.enum(["debug", "info"]).optional(),
  by: z.union([z.int().min(0), z.string().min(1)]).default(1),
  retry: z.strictObject({ attempts: z.int().min(1).optional() }).prefault({}),
  fields: z.union([z.array(z.string()), z.record(z.string().min(1), z.string())]).optional(),
  size: z.int().max(10).optional(),
  list: z.array(z.strictObject({ name: z.string() })).default([]),
  named: z.record(z.string().regex(/^\w+$/, "letters and digits"), z.strictObject({}))
    .default({}),
});

function problemsOf(value: unknown): readonly string[] {
  const parsed = settings.safeParse(value);
  const problems = parsed.success ? [] : schemaProblems(settings, parsed.error.issues);
  return problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

Deno.test("an unknown field is told which is near", () => {
  assertEquals(problemsOf({ timeuot: "1s" }), [
    'timeuot: unknown field "timeuot", did you mean "timeout"?',
  ]);
});

Deno.test("an unknown field that is near to none is told which there are", () => {
  assertEquals(problemsOf({ list: [{ name: "a", temperature: 1 }] }), [
    'list[0].temperature: unknown field "temperature"; known here: name',
  ]);
});

Deno.test("an unknown field inside a section with defaults is told which is near", () => {
  assertEquals(problemsOf({ retry: { atempts: 1 } }), [
    'retry.atempts: unknown field "atempts", did you mean "attempts"?',
  ]);
});

Deno.test("an unknown field where there can be none has no list of fields", () => {
  assertEquals(problemsOf({ named: { one: { x: 1 } } }), ['named.one.x: unknown field "x"']);
});

Deno.test("each of several unknown fields is a problem of its own", () => {
  assertEquals(problemsOf({ one: 1, another: 2 }).length, 2);
});

Deno.test("an unknown field is shown at its name", () => {
  const issues = settings.safeParse({ timeuot: "1s" }).error?.issues ?? [];
  assertEquals(schemaProblems(settings, issues).map(({ atKey }) => atKey), [true]);
});

Deno.test("a missing field is told what was expected", () => {
  assertEquals(problemsOf({ list: [{}] }), ["list[0].name: is missing; expected string"]);
});

Deno.test("a value of the wrong type is told both types", () => {
  assertEquals(problemsOf({ timeout: 5 }), [
    "timeout: expected string, got number; write it in quotes",
  ]);
});

Deno.test("types are called as JSON calls them", () => {
  assertEquals(problemsOf({ named: [] }), [
    'named: expected object, got array; write each item under its name: { "...": ... }',
  ]);
  assertEquals(problemsOf({ size: 1.5 }), ["size: expected whole number, got a fraction"]);
  assertEquals(problemsOf({ size: "1" }), [
    "size: expected number, got string; write it without quotes",
  ]);
});

Deno.test("a number beyond all bounds is told its own bound alone", () => {
  assertEquals(problemsOf({ size: 1e300 }), ["size: expected a number of at most 10"]);
});

Deno.test("a value out of a choice is told the choice", () => {
  assertEquals(problemsOf({ level: "loud" }), ['level: expected "debug" or "info"']);
});

Deno.test("a text of the wrong form is told the form", () => {
  assertEquals(problemsOf({ timeout: "5" }), ["timeout: expected a duration"]);
});

Deno.test("a value that fits none of two types is told both", () => {
  assertEquals(problemsOf({ by: true }), [
    "by: expected number, got boolean, or expected string, got boolean",
  ]);
});

Deno.test("a value of one of two types is told what is wrong with it as that type", () => {
  assertEquals(problemsOf({ by: -1 }), ["by: expected a number of at least 0"]);
  assertEquals(problemsOf({ fields: ["a", 5, null] }), [
    "fields[1]: expected string, got number",
    "fields[2]: expected string, got null",
  ]);
  assertEquals(problemsOf({ fields: { a: 5 } }), ["fields.a: expected string, got number"]);
});

Deno.test("a name of the wrong form is told the form", () => {
  assertEquals(problemsOf({ named: { "a b": {} } }), [
    'named["a b"]: the name is not allowed: letters and digits',
  ]);
});

Deno.test("a number below its bound is told the bound", () => {
  assertEquals(problemsOf({ retry: { attempts: 0 } }), [
    "retry.attempts: expected a number of at least 1",
  ]);
});

Deno.test("a problem of one place is kept once, the first one", () => {
  const found = new Map<string, SchemaProblem>();
  addOnce(found, { path: ["callbacks", "*", "rules", 0], message: "first" });
  addOnce(found, { path: ["callbacks", "*", "rules", 0], message: "second" });
  assertEquals([...found.values()].map(({ message }) => message), ["first"]);
});

Deno.test("problems of two places are both kept", () => {
  const found = new Map<string, SchemaProblem>();
  addOnce(found, { path: ["a"], offset: 1, message: "first" });
  addOnce(found, { path: ["a"], offset: 2, message: "second" });
  addOnce(found, { path: ["b"], offset: 1, message: "third" });
  assertEquals(found.size, 3);
});
