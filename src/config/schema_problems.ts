import type { z } from "zod";
import { didYouMean } from "../nearest_name.ts";
import { pathText } from "./config_error.ts";
import type { Place } from "./source.ts";

/** A problem that a schema has found, with its place. */
export interface SchemaProblem extends Place {
  readonly message: string;
}

/**
 * Zod's issues in the words of the rules file, unknown keys with the name that was meant. Where one
 * value has several, the last is told: a bound of its own comes after those of its type.
 */
export function schemaProblems(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): readonly SchemaProblem[] {
  const lastAt = new Map(issues.map((issue) => [pathText(issue.path), issue]));
  return issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path as (string | number)[];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: `unknown field "${key}"${didYouMean(key, known) || listOf(known)}`,
      }));
    }
    if (lastAt.get(pathText(path)) !== issue) return [];
    const form = formMeant(issue);
    if (form === undefined) return [{ path, message: messageOf(issue) }];
    return form.map((inner) => ({ path: [...path, ...inner.path], message: messageOf(inner) }));
  });
}

/** Adds a problem once: the rules of "*" are compiled for every command. */
export function addOnce(found: Map<string, SchemaProblem>, problem: SchemaProblem): void {
  const key = JSON.stringify([problem.path, problem.offset]);
  if (!found.has(key)) found.set(key, problem);
}

function listOf(known: readonly string[]): string {
  return known.length === 0 ? "" : `; known here: ${known.join(", ")}`;
}

/** What is wrong with the one form of several that a value has the type of. */
function formMeant(issue: z.core.$ZodIssue) {
  if (issue.code !== "invalid_union") return undefined;
  const ofItsType = issue.errors.filter(([first]) =>
    first !== undefined && !(first.code === "invalid_type" && first.path.length === 0)
  );
  const [form] = ofItsType;
  if (form === undefined || ofItsType.length > 1) return undefined;
  return form as readonly (z.core.$ZodIssue & { readonly path: (string | number)[] })[];
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeMessage(issue);
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_union": {
      const forms = issue.errors.flatMap(([first]) => first === undefined ? [] : messageOf(first));
      return [...new Set(forms)].join(", or ") || "not as expected";
    }
    case "invalid_key":
      return `the name is not allowed: ${issue.issues[0]?.message ?? "not as expected"}`;
    default:
      return issue.message.replace(/^Invalid \w+: /, "").replace(/^Too (small|big): /, "");
  }
}

/** Zod's names of types that JSON does not know. */
const typeNames: Readonly<Record<string, string>> = { record: "object", int: "whole number" };

/** What a value is found to be, where the name of its type would say too little. */
function foundName(type: string | undefined, expected: string): string | undefined {
  if (type === "bigint") return "a number beyond 2^53";
  return type === "number" && expected === "int" ? "a fraction" : type;
}

function typeMessage({ expected, message }: z.core.$ZodIssueInvalidType): string {
  const wanted = typeNames[expected] ?? expected;
  const got = /received (\w+)/.exec(message)?.[1];
  if (got === "undefined") return `is missing; expected ${wanted}`;
  return `expected ${wanted}, got ${foundName(got, expected)}`;
}

interface SchemaDef {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
}

/** The names that an object schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  const { def } = schema as unknown as { def: SchemaDef };
  if (def.innerType !== undefined) return keysAt(def.innerType, path);
  const [part, ...rest] = path;
  if (part === undefined) return Object.keys(def.shape ?? {});
  const next = def.shape?.[part] ?? def.element ?? def.valueType;
  return next === undefined ? [] : keysAt(next, rest);
}
