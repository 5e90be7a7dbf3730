import { builtinPlugins, loadContext } from "../runtime/load_context.ts";
import type { Chain } from "../chain/chain.ts";
import { describeProblem } from "../config/source/config_error.ts";
import { rulesSchemaText } from "../config/load/json_schema.ts";
import { type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import { describeAuth } from "../config/load/auth_checks.ts";
import { runRulesTests } from "../config/rule_tests/run_rules_tests.ts";
import { ruleDefinitions } from "../rules/list.ts";
import { targetsOf } from "../runtime/targets.ts";
import { columns, type Terminal } from "./terminal.ts";

/** The file that `check --schema` writes. */
const schemaFile = "rules.schema.json";

/**
 * Loads a rules file as `serve` would, prints what it does, and runs the tests that it holds.
 *
 * @throws {ConfigError} if there is something wrong with it, {@link RulesTestError} when its rules
 * do not do what its tests expect.
 */
export async function check(file: string, terminal: Terminal): Promise<void> {
  const context = loadContext(() => {});
  const rules = await loadRules(file, context);
  for (const warning of rules.warnings) terminal.err(`warning: ${describeProblem(warning)}`);
  terminal.out(summary(rules));
  const tests = await runRulesTests(rules, context);
  if (tests > 0) terminal.out(`\n${tests} ${tests === 1 ? "test passes" : "tests pass"}`);
}

/** Writes the JSON Schema of the rules file for editors. */
export async function writeSchema(terminal: Terminal): Promise<void> {
  await Deno.writeTextFile(schemaFile, rulesSchemaText(ruleDefinitions));
  terminal.out(`wrote ${schemaFile}`);
}

/** What a rules file does, for people. */
export function summary(rules: LoadedRules): string {
  const { file, settings, registry, chains } = rules;
  const busy = registry.plugins.filter(({ command }) => chains.get(command)!.links.length > 0);
  const sections = [
    `${file} is in order.`,
    `listens on  ${settings.server.listen}${settings.server.tls ? " (HTTPS)" : ""}`,
    `callers     ${describeAuth(settings.server).join("; ") || "anybody who reaches it"}`,
    `outbox      ${settings.store.path} (durability: ${settings.store.durability})`,
    `plugins     ${registry.plugins.length} commands known${
      settings.plugins.builtin ? `, the router's own from ${builtinPlugins}` : ""
    }`,
  ];
  const chainRows = busy.map(({ command, timing }) => {
    const chain = chains.get(command)!;
    return [command, timing, `${chain.budget} ms`, chain.onError, linkNames(chain)];
  });
  const targetRows = targetsOf(settings, file).map(({ name, concurrency, retry }) => [
    name,
    rules.shownURL(name),
    settings.targets[name]!.timeout,
    String(concurrency),
    String(retry.attempts),
  ]);
  return [
    sections.join("\n"),
    chainRows.length === 0
      ? "no chains: every callback is answered with a plain continue"
      : columns(["command", "timing", "budget", "on error", "rules"], chainRows),
    targetRows.length === 0
      ? "no targets"
      : columns(["target", "url", "timeout", "concurrency", "attempts"], targetRows),
  ].join("\n\n");
}

function linkNames({ links }: Chain): string {
  return links.map(({ name }) => name).join(" > ");
}
