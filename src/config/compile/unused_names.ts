/**
 * What a rules file names and nothing reads: targets, and what rules find out.
 *
 * @module
 */
import type { SchemaProblem } from "../source/schema_problems.ts";

/** What a rule makes visible to later ones, and where the rule stands. */
export interface ProvidedName {
  readonly path: SchemaProblem["path"];
  readonly output: string;
  readonly name: string;
}

/** The sections of a rules file in which names are used. */
export interface NamingSections {
  readonly callbacks: unknown;
  readonly chains: unknown;
}

/** A warning for every target that no rule names, once the file has rules. */
export function unusedTargets(
  targets: Iterable<string>,
  { callbacks, chains }: NamingSections,
): readonly SchemaProblem[] {
  const texts = new Set(textsOf([callbacks, chains]));
  if (texts.size === 0) return [];
  return [...targets].filter((name) => !texts.has(name)).map((name) => ({
    path: ["targets", name],
    atKey: true,
    message: `no rule forwards to it; write { "use": "forward", "to": "${name}" }, or leave it out`,
  }));
}

/** A warning for every count, set and tag that no expression of the file reads. */
export function unreadOutputs(
  provided: readonly ProvidedName[],
  { callbacks, chains }: NamingSections,
): readonly SchemaProblem[] {
  const texts = [...textsOf([callbacks, chains])];
  const isRead = (output: string, name: string) =>
    texts.some((text) => holds(text, output) && (text === output || holds(text, name)));
  return provided.filter(({ output, name }) => !isRead(output, name)).map((
    { path, output, name },
  ) => ({
    path,
    message: `no expression reads ${output}.${name}; use it in a later rule, or leave this out`,
  }));
}

function holds(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text);
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* textsOf(inner);
  }
}
