/**
 * What the schema cannot tell of a rules file's tests: whether they name what is there, and whether
 * they test anything.
 *
 * @module
 */
import { didYouMean } from "../../values/nearest_name.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { Registry } from "../../plugins/registry.ts";
import { unknownCommand } from "../../plugins/unknown_command.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";
import { testTime } from "../sections/tests_section.ts";
import { isObject } from "../../openim/exact_json.ts";

/** What the tests of a rules file may name. */
export interface NamesForTests {
  readonly registry: Registry;
  /** The names of the file's targets. */
  readonly targets: readonly string[];
}

type Path = SchemaProblem["path"];
type Members = Readonly<Record<string, unknown>>;

/**
 * Every problem of a rules file's tests that their schema cannot find. What the schema refuses is
 * reported already and skipped; the rest of its test is checked all the same.
 *
 * @param file the file's value, not what the schema leaves of it: a test that is left out would move
 * the places of those after it.
 */
export function checkRulesTests(
  file: unknown,
  { registry, targets }: NamesForTests,
): readonly SchemaProblem[] {
  return itemsOf(membersOf(file).tests).flatMap((test, index) => {
    const path = ["tests", index];
    return [
      ...callbackProblems(test, path, test.command, registry),
      ...itemsOf(test.earlier).flatMap((earlier, position) => {
        const { command = test.command } = earlier;
        const place = [...path, "earlier", position];
        return [
          ...callbackProblems(earlier, place, command, registry),
          ...timeProblems(earlier, place, test.at),
        ];
      }),
      ...unknownTargets(test.targets, [...path, "targets"], targets),
      ...unknownTargets(test.answers, [...path, "answers"], targets),
      ...answeredTwice(test, path),
      ...nothingExpected(test.expect, [...path, "expect"]),
    ];
  });
}

/** Problems of a test's own callback or of an earlier one, of the command that it is of. */
function callbackProblems(
  callback: Members,
  path: Path,
  command: unknown,
  registry: Registry,
): readonly SchemaProblem[] {
  const plugin = typeof command === "string" ? registry.find(command) : undefined;
  const { command: named, change, body } = callback;
  return [
    ...typeof named === "string" && plugin === undefined
      ? [{ path: [...path, "command"], message: unknownCommand(named, registry) }]
      : [],
    ...change !== undefined && body !== undefined
      ? [{ path: [...path, "change"], atKey: true, message: bothGiven }]
      : [],
    ...plugin === undefined ? [] : unknownFields(change, [...path, "change"], plugin),
  ];
}

/** Problems of when an earlier callback came; an invalid time is reported already. */
function timeProblems(
  { ago, at }: Members,
  path: Path,
  testAt: unknown = testTime,
): readonly SchemaProblem[] {
  if (at === undefined) return [];
  if (ago !== undefined) {
    return [{
      path: [...path, "ago"],
      atKey: true,
      message: '"at" says when; keep one of the two',
    }];
  }
  if (!(Date.parse(String(at)) > Date.parse(String(testAt)))) return [];
  return [{
    path: [...path, "at"],
    message: `this is later than the test's own callback, which comes at ${testAt}`,
  }];
}

const bothGiven = '"change" is for the sample, which "body" takes the place of; keep one of them';

function unknownFields(
  change: unknown,
  path: Path,
  { command, request, sample }: Plugin,
): readonly SchemaProblem[] {
  const known = new Set([...Object.keys(request.shape), ...Object.keys(sample)]);
  return Object.keys(membersOf(change)).filter((field) => !known.has(field)).map((field) => ({
    path: [...path, field],
    atKey: true,
    message: `${command} has no field "${field}"` +
      (didYouMean(field, known) || `; known are ${[...known].join(", ")}`),
  }));
}

function unknownTargets(
  answers: unknown,
  path: Path,
  targets: readonly string[],
): readonly SchemaProblem[] {
  return Object.keys(membersOf(answers)).filter((name) => !targets.includes(name)).map((name) => ({
    path: [...path, name],
    atKey: true,
    message: `unknown target "${name}"${didYouMean(name, targets) || '; name it under "targets"'}`,
  }));
}

/** A target has one answer. */
function answeredTwice({ targets, answers }: Members, path: Path): readonly SchemaProblem[] {
  const both = Object.keys(membersOf(answers)).filter((name) =>
    Object.hasOwn(membersOf(targets), name)
  );
  return both.map((name) => ({
    path: [...path, "answers", name],
    atKey: true,
    message: `"targets" has an answer of "${name}" as well; keep one of them`,
  }));
}

/** What expects nothing holds whatever the rules do. */
function nothingExpected(expect: unknown, path: Path): readonly SchemaProblem[] {
  if (isEmpty(expect)) {
    return [{ path, message: 'expects nothing; give "answer", "ran" or "delivered"' }];
  }
  if (isEmpty(membersOf(expect).answer)) {
    const message = 'names no field; name one, or write "continue" or "refuse"';
    return [{ path: [...path, "answer"], message }];
  }
  return [];
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** The items of a list, each with its members; none of what is no list. */
function itemsOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(membersOf) : [];
}

/** The members of an object; none of what is no object. */
function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}
