import type { z } from "zod";
import { issueWords } from "../../openim/issue_words.ts";
import { pathText } from "./config_error.ts";
import { nameHint } from "./name_hint.ts";
import { namesOf, schemaAt } from "./schema_at.ts";
import type { Place } from "./source.ts";
import { typeHint } from "./type_hint.ts";

/** A problem that a schema has found, with its place. */
export interface SchemaProblem extends Place {
  readonly message: string;
}

/**
 * Zod's issues in the words of the rules file, unknown keys with the name that was meant. If one
 * value has several, only the last is reported: the bound of an option comes after those of its
 * type.
 */
export function schemaProblems(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): readonly SchemaProblem[] {
  const lastAt = new Map(issues.map((issue) => [pathText(issue.path), issue]));
  return issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path as (string | number)[];
    if (issue.code === "unrecognized_keys") {
      const known = namesOf(schemaAt(schema, path));
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: `unknown field "${key}"${nameHint(key, known)}`,
      }));
    }
    if (lastAt.get(pathText(path)) !== issue) return [];
    const form = formMeant(issue);
    if (form === undefined) {
      return [{ path, message: issueWords(issue) + typeHint(issue, schemaAt(schema, path)) }];
    }
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
