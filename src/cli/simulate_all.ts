import { loadContext } from "../runtime/load_context.ts";
import type { LinkTrace } from "../chain/chain.ts";
import { systemClock } from "../chain/clock.ts";
import { type DryRun, dryRun, failureReason } from "../config/rule_tests/dry_run.ts";
import { isolatedChains } from "../config/rule_tests/isolated_chains.ts";
import { type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import { RequestError } from "../openim/request_error.ts";
import type { Verdict } from "../openim/verdict.ts";
import type { Plugin } from "../extension/define_plugin.ts";
import { maskOf } from "../runtime/secrets_mask.ts";
import { columns, type Terminal } from "./terminal.ts";

/** Samples that are turned away, or that a rule fails on. */
export class SampleError extends Error {
  override readonly name = "SampleError";
}

/** What became of one sample: a row of the table. */
interface SampleRow {
  readonly command: string;
  readonly ran: string;
  readonly outcome: string;
  readonly answer: string;
  readonly failed: boolean;
}

/**
 * Runs the sample of every command through its real chain with side effects off, each as if it were
 * the first callback of all, and prints one line for each.
 *
 * @throws {ConfigError} for a bad rules file, {@link SampleError} after the table when a sample is
 * turned away or a rule fails.
 */
export async function simulateAll(file: string, terminal: Terminal): Promise<void> {
  const context = loadContext(() => {}, { poster: { post: () => Promise.resolve(undefined) } });
  const rules = await loadRules(file, context);
  const { definitions } = context;
  const rows: SampleRow[] = [];
  const mask = maskOf(rules);
  for (const plugin of rules.registry.plugins) {
    const services = context.services(rules.settings, rules.file);
    const chains = isolatedChains([plugin], rules, { definitions, services });
    rows.push(await sampleRow(plugin, rules, chains));
  }
  terminal.out(columns(
    ["command", "rules that ran", "outcome", "answer"],
    rows.map(({ command, ran, outcome, answer }) => [command, ran, mask(outcome), answer]),
  ));
  const { length } = rows.filter(({ failed }) => failed);
  if (length > 0) throw new SampleError(`${length} of ${rows.length} samples failed`);
  terminal.out(`\n${rows.length} ${rows.length === 1 ? "sample passes" : "samples pass"}`);
}

async function sampleRow(
  { command, sample }: Plugin,
  rules: LoadedRules,
  chains: LoadedRules["chains"],
): Promise<SampleRow> {
  const body = JSON.stringify({ callbackCommand: command, ...sample });
  try {
    return ranRow(await dryRun(rules, chains, { command, body, clock: systemClock }));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return {
      command,
      ran: "-",
      outcome: `turned away: ${error.detail}`,
      answer: "-",
      failed: true,
    };
  }
}

function ranRow({ plugin, traces, verdict }: DryRun): SampleRow {
  const ran = traces.filter(({ outcome }) => outcome !== undefined);
  const failures = ran.flatMap(failureOf);
  return {
    command: plugin.command,
    ran: ran.map(({ use }) => use).join(" > ") || "-",
    outcome: failures.length > 0 ? failures.join("; ") : gravest(ran),
    answer: inShort(verdict),
    failed: failures.length > 0,
  };
}

function failureOf({ name, outcome }: LinkTrace): readonly string[] {
  return outcome?.kind === "fail" ? [`fail: ${name}: ${failureReason(outcome.error)}`] : [];
}

/** What the rules had to say, at its strongest. */
function gravest(ran: readonly LinkTrace[]): string {
  const kinds = new Set(ran.map(({ outcome }) => outcome?.kind));
  return ["refuse", "override", "pass"].find((kind) => kinds.has(kind as never)) ?? "-";
}

/** How many fields of an answer are named; the set-group-info answers have eight. */
const namedFields = 3;

function inShort(verdict: Verdict): string {
  if (verdict.kind === "refuse") return `refuse ${verdict.code} ${verdict.message}`;
  const fields = Object.keys(verdict.overrides);
  if (fields.length === 0) return "continue";
  const more = fields.length - namedFields;
  const named = fields.slice(0, namedFields).join(", ");
  return `continue with ${named}${more > 0 ? ` and ${more} more` : ""}`;
}
