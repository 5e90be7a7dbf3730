import { Budget } from "../../src/chain/budget.ts";
import { runChain } from "../../src/chain/chain.ts";
import { compileChains } from "../../src/config/compile/compile_chains.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { createRegistry } from "../../src/plugins/registry.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import plugin from "../../plugins/message/before_send_group.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { ruleServices } from "../support/rule_services.ts";
import type { RuleSnippet } from "./rule_bench.ts";

/** A real command with message text in its body. */
export const groupSendCommand = plugin.command;

/** What a line carries that rules write for {@link groupSendCommand}. */
export async function loggedOf(
  rules: readonly RuleSnippet[],
  { redact = [], request = {} }: {
    readonly redact?: readonly string[];
    /** Fields besides those of the sample. */
    readonly request?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<Readonly<Record<string, unknown>>> {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const clock = new FakeClock();
  const settings = rulesFile.parse({
    log: { redact },
    callbacks: { [groupSendCommand]: { rules } },
  });
  const { chains } = compileChains(settings, {
    registry: createRegistry([{ plugin, file: "before_send_group.ts" }]),
    definitions: ruleDefinitions,
    services: ruleServices({ log: (_level, _message, properties) => lines.push(properties) }),
  });
  const chain = chains.get(groupSendCommand)!;
  const budget = new Budget(chain.budget, clock);
  const callback = aCallback({
    command: groupSendCommand,
    request: { ...plugin.sample, ...request },
  });
  const { failures } = await runChain(chain, callback, { clock, budget });
  budget.end();
  for (const { error } of failures) throw error;
  const [line, ...others] = lines;
  if (line === undefined || others.length > 0) throw new Error(`${lines.length} lines`);
  return line;
}
