import type { Registry } from "../../plugins/registry.ts";
import type { RulesTest } from "../sections/tests_section.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";
import type { WaitingRule } from "./time_warnings.ts";

/**
 * A warning for every answer that a test gives for a target and no rule reads: only a rule that
 * waits asks a target, in a test as for real.
 */
export function unreadAnswers(
  tests: readonly RulesTest[],
  waiting: readonly WaitingRule[],
  registry: Registry,
): readonly SchemaProblem[] {
  return tests.flatMap(({ command, earlier, targets, answers }, index) => {
    const commands = [command, ...earlier.map((before) => before.command ?? command)]
      .map((name) => registry.find(name)?.command);
    const asked = new Set(
      waiting.filter(({ chain }) => commands.includes(chain.command)).map(({ target }) => target),
    );
    return Object.entries({ targets, answers }).flatMap(([section, given]) =>
      Object.keys(given).filter((name) => !asked.has(name)).map((name) => ({
        path: ["tests", index, section, name],
        atKey: true,
        message: `no rule of ${command} waits for "${name}", so this is not read: a test ` +
          'answers no stored delivery; leave this out, or add "wait": true to the rule',
      }))
    );
  });
}
