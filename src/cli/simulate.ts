import { loadContext } from "../runtime/load_context.ts";
import type { LinkTrace } from "../chain/chain.ts";
import { systemClock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { Outcome } from "../chain/outcome.ts";
import { dryRun, failureReason } from "../config/rule_tests/dry_run.ts";
import { type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import { stringifyExact } from "../openim/exact_json.ts";
import { maskOf } from "../runtime/secrets_mask.ts";
import { columns, type Terminal } from "./terminal.ts";
import { messageOf } from "../values/thrown.ts";

/** What to simulate. */
export interface Simulation {
  /** The command or an alias. */
  readonly command: string;
  /** The rules file. */
  readonly rules: string;
  /** A file with the body, `-` for standard input; without it the plugin's sample. */
  readonly body?: string | undefined;
}

/** A file with a body that cannot be read. */
export class BodyError extends Error {
  override readonly name = "BodyError";
}

/**
 * Runs one callback through the real chain with side effects off: nothing is stored, sent or
 * counted for good, and what would be is printed.
 *
 * @throws {ConfigError} for a bad rules file, {@link BodyError} for a body that cannot
 * be read, {@link RequestError} for one that is no callback.
 */
export async function simulate(simulation: Simulation, terminal: Terminal): Promise<void> {
  const effects: string[] = [];
  const rules = await loadRules(
    simulation.rules,
    loadContext(
      (level, message, properties) =>
        effects.push(`would log (${level}): ${message} ${stringifyExact(properties)}`),
      {
        poster: {
          post(delivery) {
            effects.push(`would post and wait: ${describe(delivery)}`);
            return Promise.resolve(undefined);
          },
        },
      },
    ),
  );
  const { command } = simulation;
  const body = await bodyOf(simulation, rules);
  const run = await dryRun(rules, rules.chains, { command, body, clock: systemClock });
  for (const { field, reason } of run.dropped) {
    effects.push(`left out of the answer: ${field}: ${reason}`);
  }
  for (const delivery of run.deliveries) effects.push(`would deliver: ${describe(delivery)}`);
  const { plugin, traces, answer } = run;
  const mask = maskOf(rules);
  terminal.out([
    `${plugin.command} (${plugin.timing}): ${plugin.summary}`,
    traces.length === 0 ? "no rules run for it" : mask(traceTable(traces)),
    ...(effects.length === 0 ? [] : [mask(effects.join("\n"))]),
    `answer: ${answer}`,
  ].join("\n\n"));
}

async function bodyOf({ body, command }: Simulation, { registry }: LoadedRules) {
  if (body !== undefined) return await bodyIn(body);
  const plugin = registry.find(command);
  return JSON.stringify({ callbackCommand: command, ...plugin?.sample });
}

/** Reads a body as the router does: UTF-8, a byte order mark left out. */
async function bodyIn(file: string): Promise<string> {
  try {
    const bytes = file === "-"
      ? await new Response(Deno.stdin.readable).bytes()
      : await Deno.readFile(file);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BodyError(
      `the body ${file} cannot be read: ${messageOf(cause)}; name a file with a callback's JSON, ` +
        "or leave --body out for the sample",
      { cause },
    );
  }
}

function traceTable(traces: readonly LinkTrace[]): string {
  return columns(
    ["rule", "outcome", "time"],
    traces.map(({ name, outcome, skipped, duration }) => [
      name,
      outcome === undefined ? skippedText[skipped ?? "when"] : outcomeText(outcome),
      outcome === undefined ? "" : `${duration.toFixed(3)} ms`,
    ]),
  );
}

const skippedText = {
  when: 'not run: its "when" is false',
  group: 'not run: not on this side of its group\'s "when"',
  refused: "not run: refused before",
  stopped: "not run: the rest was skipped before",
} as const;

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "pass":
      return outcome.skipRest ? "pass, skip the rest" : "pass";
    case "override":
      return `override ${stringifyExact(outcome.fields)}`;
    case "refuse":
      return `refuse ${outcome.code} ${outcome.message}`;
    case "fail":
      return `fail: ${failureReason(outcome.error)}`;
  }
}

function describe({ target, body }: NewDelivery): string {
  const bytes = new TextEncoder().encode(body).length;
  const start = body.slice(0, 400).trimEnd();
  return `${bytes} bytes to ${target}: ${start}${body.length > 400 ? "..." : ""}`;
}
