import { type RulesFile, rulesFile } from "../sections/rules_file.ts";
import { type SchemaProblem, schemaProblems } from "../source/schema_problems.ts";
import { isObject } from "../../openim/exact_json.ts";

/** The settings of a rules file, as far as they are in order, and what is not. */
export interface ReadSettings {
  readonly settings: RulesFile;
  readonly problems: readonly SchemaProblem[];
}

/**
 * Checks a rules file's value by its schema. What is not in order is left out of the settings, so
 * that the rest can be looked at as well; the names of targets are known in any case.
 */
export function readSettings(value: unknown): ReadSettings {
  const unusable = [...unusableNames(value, [])];
  const whole = rulesFile.safeParse(value);
  if (whole.success) return { settings: whole.data, problems: unusable };
  const problems = [...unusable, ...schemaProblems(rulesFile, whole.error.issues)];
  const settings = readSound(value, problems);
  const given = isObject(value) && isObject(value.targets) ? Object.keys(value.targets) : [];
  const placeholders = Object.fromEntries(given.map((name) => [name, placeholderTarget]));
  return { settings: { ...settings, targets: { ...placeholders, ...settings.targets } }, problems };
}

/** The one name that schemas, and much other code, leave out of an object without a word. */
const unusableName = "__proto__";

function* unusableNames(value: unknown, path: SchemaProblem["path"]): Generator<SchemaProblem> {
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, member] of Object.entries(value)) {
    const here = [...path, isList ? Number(name) : name];
    if (name === unusableName) {
      yield { path: here, atKey: true, message: `"${name}" cannot be a name; choose another one` };
    }
    yield* unusableNames(member, here);
  }
}

/** Stands for a target that is not in order, while the rest of the file is looked at. */
const placeholderTarget = rulesFile.parse({
  targets: { any: { url: "https://placeholder.example" } },
})
  .targets.any!;

/** Leaves out what has a problem; if a part is missing, all of what it is missing from. */
function readSound(value: unknown, problems: readonly SchemaProblem[]): RulesFile {
  const sound = problems.reduce((rest, { path }) => leaveOut(rest, path), value) ?? {};
  const read = rulesFile.safeParse(sound);
  return read.success ? read.data : readSound(sound, schemaProblems(rulesFile, read.error.issues));
}

/** A copy without what is at a path; if there is nothing, without what is around it. */
function leaveOut(value: unknown, [part, ...rest]: SchemaProblem["path"]): unknown {
  if (part === undefined) return undefined;
  if (Array.isArray(value)) return value.toSpliced(Number(part), 1);
  if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
  const { [part]: inner, ...others } = value;
  const left = leaveOut(inner, rest);
  return left === undefined ? others : { ...others, [part]: left };
}
