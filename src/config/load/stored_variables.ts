/**
 * Variables that become part of what is stored: they stand in the outbox's file in the clear. A
 * target's proofs never do.
 *
 * @module
 */
import type { FilledVariable } from "./environment.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

type Path = SchemaProblem["path"];

/**
 * A warning for every variable in a body, in the headers of a rule or in an order key.
 *
 * @param settings the file with its variables filled in.
 * @param storedFor the targets for which deliveries are stored.
 */
export function storedVariables(
  settings: unknown,
  variables: readonly FilledVariable[],
  storedFor: ReadonlySet<string>,
): readonly SchemaProblem[] {
  return variables.filter(({ path }) => isStored(path, settings, storedFor)).map(
    ({ path, name }) => ({
      path,
      message:
        `\${${name}} becomes part of what is stored, and stands in the outbox's file in the ` +
        'clear; if it is a secret, put it into "headers" or "auth" of the target, which are added ' +
        "to each attempt",
    }),
  );
}

function isStored(path: Path, settings: unknown, storedFor: ReadonlySet<string>): boolean {
  const [section, target, option] = path;
  if (section === "targets") {
    return (option === "body" || option === "order") && storedFor.has(String(target));
  }
  if (section !== "callbacks" && section !== "chains") return false;
  // a rule's own option: `body`, or `headers` with a name in it
  const end = path.at(-1) === "body" ? -1 : path.at(-2) === "headers" ? -2 : undefined;
  if (end === undefined) return false;
  const rule = valueAt(settings, path.slice(0, end)) as Readonly<Record<string, unknown>>;
  return rule.use === "forward" && rule.wait !== true;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}
