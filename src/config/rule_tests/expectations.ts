/**
 * Compares what a test of the rules file expects with what came of it, in words for an operator.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { parseExact, stringifyExact } from "../../openim/exact_json.ts";
import { type DryRun, failureReason } from "./dry_run.ts";
import type { RulesTest } from "../sections/tests_section.ts";

type Answer = Readonly<Record<string, unknown>>;

/** What every answer has; what it has besides are overrides. */
const answerFields = new Set(["actionCode", "errCode", "errMsg", "errDlt", "nextCode"]);

/** Every difference, one line each: `answer.errCode: expected 5001, got 0`. */
export function differencesOf(
  { answer, ran, delivered }: RulesTest["expect"],
  run: DryRun,
): readonly string[] {
  const outcomes = run.traces.filter(({ outcome }) => outcome !== undefined);
  const failed = outcomes.flatMap(({ name, outcome }) =>
    outcome?.kind === "fail" ? [`${name} failed: ${failureReason(outcome.error)}`] : []
  );
  const differences = [
    ...answer === undefined ? [] : answerDifferences(answer, run),
    ...ran === undefined ? [] : listDifference("ran", ran, rulesAs(ran, outcomes)),
    ...delivered === undefined
      ? []
      : listDifference("delivered", delivered, run.deliveries.map(({ target }) => target)),
  ];
  return differences.length === 0 ? [] : [...differences, ...failed];
}

function answerDifferences(
  expected: NonNullable<RulesTest["expect"]["answer"]>,
  run: DryRun,
): readonly string[] {
  const answer = parseExact(run.answer) as Answer;
  // not by the answer's fields: how they say it depends on the version and on the settings
  const refused = run.verdict.kind === "refuse";
  // what every answer to the command returns is nobody's doing
  const isOwed = (field: string) =>
    answerFields.has(field) ||
    Object.hasOwn(run.echo, field) && isDeepStrictEqual(run.echo[field], answer[field]);
  const overrides = refused ? [] : Object.keys(answer).filter((field) => !isOwed(field));
  if (expected === "refuse") {
    return refused ? [] : [`answer: expected a refusal, got ${text(answer)}`];
  }
  if (expected === "continue") {
    const plain = !refused && overrides.length === 0;
    return plain ? [] : [`answer: expected a plain continue, got ${text(answer)}`];
  }
  const unexpected = overrides.filter((field) => !Object.hasOwn(expected, field));
  return [
    ...Object.entries(expected).flatMap(([field, value]) =>
      fieldDifference(field, value, Object.hasOwn(answer, field) ? answer[field] : undefined)
    ),
    ...unexpected.map((field) => `answer.${field}: expected nothing, got ${text(answer[field])}`),
  ];
}

function fieldDifference(field: string, expected: unknown, found: unknown): readonly string[] {
  const wantsJson = typeof expected === "object" && expected !== null;
  const actual = wantsJson && typeof found === "string" ? parsed(found) : found;
  if (isDeepStrictEqual(actual, expected)) return [];
  return [`answer.${field}: expected ${text(expected)}, got ${text(actual)}`];
}

/** The JSON value of a text, or the text itself. */
function parsed(value: string): unknown {
  try {
    return parseExact(value);
  } catch {
    return value;
  }
}

/** The rules that ran, each in the form in which the expectation names it. */
function rulesAs(expected: readonly string[], ran: DryRun["traces"]): readonly string[] {
  const byPlace = expected.some((name) => name.includes(" "));
  return ran.map(({ name, use }) => byPlace ? name : use);
}

function listDifference(
  what: string,
  expected: readonly string[],
  found: readonly string[],
): readonly string[] {
  const list = (names: readonly string[]) => names.length === 0 ? "nothing" : names.join(" > ");
  return isDeepStrictEqual(expected, found)
    ? []
    : [`${what}: expected ${list(expected)}, got ${list(found)}`];
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : stringifyExact(value);
}
