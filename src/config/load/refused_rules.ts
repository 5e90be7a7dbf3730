import { ConfigError, type Problem } from "../source/config_error.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

type Path = SchemaProblem["path"];

/** What a rules file says, to check what it names: files, addresses, the store. */
export interface KnownSettings {
  /** The rules file as the user named it. */
  readonly file: string;
  /** What is in order; defaults stand for what is not. */
  readonly settings: RulesFile;
  /** Whether a setting, and all that is in it, is what the file says. */
  isSound(path: Path): boolean;
  /** A problem at a place of the file. */
  problemAt(path: Path, message: string): Problem;
}

/** A rules file that can be read and not be used. */
export class RefusedRules extends ConfigError {
  /** What of it can be relied on. */
  readonly known: KnownSettings;

  constructor(problems: readonly Problem[], known: KnownSettings) {
    super(problems);
    this.known = known;
  }
}

/** Tells which settings are touched by none of these places. */
export function soundBeside(wrong: readonly Path[]): KnownSettings["isSound"] {
  return (path) => !wrong.some((other) => startsAlike(path, other));
}

/** Whether one of two places is the other or in it. */
function startsAlike(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, index) => part === other[index]);
}
