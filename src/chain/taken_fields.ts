import { issueWords } from "../openim/issue_words.ts";
import { parseExact, replaceBigints, stringifyExact } from "../openim/exact_json.ts";
import { misspeltMember } from "./misspelt_member.ts";
import type { CommandFacts } from "./rule.ts";

/** A value is not what the server could decode. */
export class OverrideError extends Error {
  override readonly name = "OverrideError";
}

/**
 * The values to replace that the command's server takes; it would ignore the others.
 *
 * @throws {OverrideError} when one of them is not of the type that the server decodes, or has a
 * member that the server would take for a field of another spelling.
 */
export function takenFields(
  values: Readonly<Record<string, unknown>>,
  { command, overrides }: Pick<CommandFacts, "command" | "overrides">,
): Readonly<Record<string, unknown>> {
  const known = Object.entries(values).filter(([field]) => Object.hasOwn(overrides.shape, field))
    .map(([field, value]) => [field, asWritten(value)] as const);
  for (const [field, value] of known) {
    const schema = overrides.shape[field]!;
    const misspelt = misspeltMember(value, schema);
    if (misspelt !== undefined) {
      const place = [field, ...misspelt.path].join(".");
      throw new OverrideError(`${command} takes no ${place}: write "${misspelt.field}"`);
    }
    // the schemas speak of numbers; a bigint is kept as it is and written digit for digit
    const checked = schema.safeParse(replaceBigints(value, Number));
    if (checked.success) continue;
    const [issue] = checked.error.issues;
    const place = [field, ...issue?.path ?? []].join(".");
    throw new OverrideError(
      `${command} takes no such ${place}: ${
        issue === undefined ? "not as expected" : issueWords(issue)
      }`,
    );
  }
  return Object.fromEntries(known);
}

/** What stands in the answer: of an object of a class, such as a Date, that is something else. */
function asWritten(value: unknown): unknown {
  return typeof value === "object" && value !== null ? parseExact(stringifyExact(value)) : value;
}
