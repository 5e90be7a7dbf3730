import type { z } from "zod";
import { didYouMean } from "../../values/nearest_name.ts";
import { issueWords } from "../../openim/issue_words.ts";
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
        message: `unknown field "${key}"${hintFor(key, known)}`,
      }));
    }
    if (lastAt.get(pathText(path)) !== issue) return [];
    const form = formMeant(issue);
    if (form === undefined) return [{ path, message: issueWords(issue) }];
    return form.map((inner) => ({ path: [...path, ...inner.path], message: issueWords(inner) }));
  });
}

/** Each problem once: a shared rule is compiled for several commands. */
export function uniqueProblems(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const found = new Map<string, SchemaProblem>();
  for (const problem of problems) addOnce(found, problem);
  return [...found.values()];
}

/** Adds a problem once: the rules of "*" are compiled for every command. */
export function addOnce(found: Map<string, SchemaProblem>, problem: SchemaProblem): void {
  const key = JSON.stringify([problem.path, problem.offset]);
  if (!found.has(key)) found.set(key, problem);
}

/** What people call an option that has another name here. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  chain: ["name"],
  listen: ["host", "port"],
  message: ["msg", "text"],
  rules: ["then", "use"],
  to: ["target", "url"],
  value: ["expression"],
  when: ["condition", "if", "only", "unless"],
};

/** The name that was probably meant, or else those that are there. */
function hintFor(key: string, known: readonly string[]): string {
  if (known.includes("callbacks") && /^(?:callback\w+Command|rules|.*\*)$/.test(key)) {
    return '; chains stand under "callbacks": { "callbacks": { "*": { "rules": [...] } } }';
  }
  const meant = known.find((name) => otherNames[name]?.includes(key));
  if (key === "use" && meant === "rules") return '; rules stand in a list: { "rules": [...] }';
  return meant === undefined
    ? didYouMean(key, known) || listOf(known)
    : `, did you mean "${meant}"?`;
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
