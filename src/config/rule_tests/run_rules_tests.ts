import { type Clock, systemClock } from "../../chain/clock.ts";
import type { Poster, ScriptedAnswer } from "../../chain/deliveries.ts";
import { OddAnswers } from "../../chain/odd_answers.ts";
import type { RuleServices } from "../../chain/rule.ts";
import { milliseconds } from "../../values/duration.ts";
import { stringifyExact } from "../../openim/exact_json.ts";
import { RequestError } from "../../openim/request_error.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import { describeProblem, type Problem } from "../source/config_error.ts";
import { type DryRun, dryRun } from "./dry_run.ts";
import { differencesOf } from "./expectations.ts";
import { isolatedChains } from "./isolated_chains.ts";
import type { LoadContext, LoadedRules } from "../load/load_rules.ts";
import { hideVariables } from "../load/secret_values.ts";
import type { RulesTest } from "../sections/tests_section.ts";

/** Tests of a rules file that found something else than they expect. */
export class RulesTestError extends Error {
  override readonly name = "RulesTestError";
  readonly failures: readonly Problem[];

  constructor(failures: readonly Problem[], tests: number) {
    const count = `${failures.length} of ${tests} tests failed`;
    super([...failures.map(describeProblem), count].join("\n"));
    this.failures = failures;
  }
}

/** A target of a test is down, as the test says. */
class TargetDown extends Error {
  override readonly name = "TargetDown";
}

/**
 * Runs the tests of a rules file, each with counters and the like of its own, and without sending
 * or storing anything; returns how many there were.
 *
 * @throws {RulesTestError} with what every failed test found.
 */
export async function runRulesTests(rules: LoadedRules, context: LoadContext): Promise<number> {
  const { tests } = rules.settings;
  const failures: Problem[] = [];
  for (const [index, test] of tests.entries()) {
    const differences = await runTest(test, rules, context);
    if (differences.length === 0) continue;
    const message = [`"${test.name}" does not hold:`, ...differences].join("\n    ");
    failures.push(rules.problemAt(["tests", index], hideVariables(message, rules.variables)));
  }
  if (failures.length > 0) throw new RulesTestError(failures, tests.length);
  return tests.length;
}

/**
 * How a test's own clock stands, for wall time and elapsed time alike; it moves from one callback to
 * the next, and between them it stands still.
 */
interface TestClock extends Clock {
  time: number;
}

async function runTest(
  test: RulesTest,
  rules: LoadedRules,
  context: LoadContext,
): Promise<readonly string[]> {
  const named = [test, ...test.earlier].map(({ command = test.command }) => command);
  const clock: TestClock = {
    ...systemClock,
    now: () => clock.time,
    monotonic: () => clock.time,
    time: 0,
  };
  const plugins = new Set(named.map((command) => rules.registry.find(command)!));
  const { definitions } = context;
  let notes: string[] = [];
  const services: Omit<RuleServices, "files"> = {
    ...context.services(rules.settings, rules.file),
    clock,
    log(_level, message, { error }) {
      // lines of "log" rules are about no failure
      if (error !== undefined) notes.push(`${message}: ${error}`);
    },
    oddAnswers: new OddAnswers((_level, message) => notes.push(message)),
    poster: answering(
      test.targets,
      context.scriptedPoster(rules.settings, rules.file, scriptOf(test)),
    ),
  };
  const chains = isolatedChains(plugins, rules, { definitions, services });
  const start = Date.parse(test.at);
  try {
    for (
      const { command = test.command, times, time, ...callback } of inOrder(test.earlier, start)
    ) {
      clock.time = time;
      const body = bodyOf(callback, rules.registry.find(command)!);
      for (let count = 0; count < times; count++) {
        await dryRun(rules, chains, { command, body, clock });
      }
    }
    clock.time = start;
    notes = [];
    const body = bodyOf(test, rules.registry.find(test.command)!);
    const run: DryRun = await dryRun(rules, chains, { command: test.command, body, clock });
    const differences = differencesOf(test.expect, run);
    return differences.length === 0 ? [] : [...differences, ...notes];
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return [`body: it would be turned away: ${error.message}`];
  }
}

/** The earlier callbacks of a test with their times, the oldest first. */
function inOrder(earlier: RulesTest["earlier"], start: number) {
  return earlier
    .map(({ at, ago = "0ms", ...callback }) => ({
      ...callback,
      time: at === undefined ? start - milliseconds(ago) : Date.parse(at),
    }))
    .toSorted((one, other) => one.time - other.time);
}

function answering(targets: RulesTest["targets"], scripted: Poster): Poster {
  return {
    post(delivery, signal) {
      const { target } = delivery;
      if (targets[target] !== "down") return scripted.post(delivery, signal);
      return Promise.reject(new TargetDown(`the target ${target} is down`));
    },
  };
}

/** The answers of a test's targets: in "targets" those of status 200. */
function scriptOf({ targets, answers }: RulesTest): ReadonlyMap<string, ScriptedAnswer> {
  const script = new Map<string, ScriptedAnswer>();
  for (const [name, body] of Object.entries(targets)) {
    if (body !== "down") script.set(name, { status: 200, headers: {}, text: stringifyExact(body) });
  }
  for (const [name, { status, headers, body = "" }] of Object.entries(answers)) {
    const text = typeof body === "string" ? body : stringifyExact(body);
    script.set(name, { status, headers, text });
  }
  return script;
}

function bodyOf(
  { body, change = {} }: Pick<RulesTest, "body" | "change">,
  { command, sample }: Plugin,
): string {
  if (body !== undefined) return stringifyExact({ callbackCommand: command, ...body });
  const changes = Object.entries(change).map(([field, value]) => {
    const isText = typeof sample[field] === "string" && typeof value === "object" && value !== null;
    return [field, isText ? stringifyExact(value) : value];
  });
  return stringifyExact({ callbackCommand: command, ...sample, ...Object.fromEntries(changes) });
}
