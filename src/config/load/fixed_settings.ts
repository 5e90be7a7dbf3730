import { isObject } from "../../openim/exact_json.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

/** The sections of which everything can change while the router runs. */
const changingSections: ReadonlySet<string> = new Set(
  [
    "$schema",
    "log",
    "openim",
    "plugins",
    "counters",
    "buckets",
    "seenKeys",
    "targets",
    "chains",
    "callbacks",
    "tests",
  ] satisfies (keyof RulesFile)[],
);

/** What can change of the other sections; all else needs a restart, so that nothing is forgotten. */
const changingSettings: ReadonlySet<string> = new Set([
  "server.bodyLimit",
  "server.nextCode",
  "server.stopWithin",
  "server.unproven",
]);

/** What may be said in a log; other settings may be secrets. */
const openSettings: ReadonlySet<string> = new Set([
  "server.listen",
  "store.path",
  "store.durability",
]);

/** Settings of a new rules file, as far as they can hold without a restart. */
export interface KeptSettings {
  readonly settings: RulesFile;
  /** What has to wait for a restart, at its place in the new file. */
  readonly waiting: readonly SchemaProblem[];
}

/** The settings of a new rules file with those kept that cannot change while the router runs. */
export function keepFixed(running: RulesFile, next: RulesFile): KeptSettings {
  const settings: Record<string, unknown> = { ...next };
  const waiting: SchemaProblem[] = [];
  for (const section of keysOf(running, next)) {
    if (changingSections.has(section)) continue;
    const before = membersOf(running[section as keyof RulesFile]);
    const after = membersOf(next[section as keyof RulesFile]);
    const kept: Record<string, unknown> = { ...after };
    for (const name of keysOf(before, after)) {
      const setting = `${section}.${name}`;
      const value = before[name];
      if (changingSettings.has(setting) || same(value, after[name])) continue;
      if (value === undefined) delete kept[name];
      else kept[name] = value;
      const until = openSettings.has(setting) ? `"${value}" holds` : "the former one holds";
      waiting.push({
        path: [section, name],
        message: `changes with a restart; until then ${until}`,
      });
    }
    settings[section] = kept;
  }
  return { settings: settings as RulesFile, waiting };
}

function membersOf(section: unknown): Readonly<Record<string, unknown>> {
  return isObject(section) ? section : {};
}

function keysOf(...objects: readonly object[]): ReadonlySet<string> {
  return new Set(objects.flatMap(Object.keys));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
