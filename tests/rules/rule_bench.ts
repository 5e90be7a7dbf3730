import { assert } from "@std/assert";
import { z } from "zod";
import { Budget } from "../../src/chain/budget.ts";
import { type Chain, type ChainResult, type LinkTrace, runChain } from "../../src/chain/chain.ts";
import type { NewDelivery, Poster } from "../../src/chain/deliveries.ts";
import { OddAnswers } from "../../src/chain/odd_answers.ts";
import type { Outcome } from "../../src/chain/outcome.ts";
import type { LogLevel, RuleServices } from "../../src/chain/rule.ts";
import type { TraceContext } from "../../src/chain/trace_context.ts";
import { compileChains } from "../../src/config/compile/compile_chains.ts";
import { pathText } from "../../src/config/source/config_error.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import type { SchemaProblem } from "../../src/config/source/schema_problems.ts";
import type { Callback } from "../../src/openim/callback.ts";
import {
  definePlugin,
  int32,
  int64,
  type Plugin,
  userID,
} from "../../src/extension/define_plugin.ts";
import { createRegistry } from "../../src/plugins/registry.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { ruleServices } from "../support/rule_services.ts";

/** The command that rules are tried on, unless a test names another plugin. */
export const testCommand = "callbackBeforeTestCommand";

/** A before-callback with fields and overrides of every common type. */
export function aPlugin(
  parts: Partial<Pick<Plugin, "command" | "timing" | "overrides" | "ignoredOverrides">> = {},
): Plugin {
  const plugin = definePlugin({
    command: testCommand,
    timing: "before",
    area: "test",
    summary: "For tests.",
    request: z.looseObject({
      sendID: userID,
      receiveID: userID,
      unreadMsgNum: int64,
      contentType: int64.optional(),
      atUserIDs: z.array(z.string()).optional(),
    }),
    overrides: z.object({
      content: z.string(),
      contentType: int32,
      atUserIDs: z.array(z.string()),
    }),
    sample: { sendID: "u1", receiveID: "u2", unreadMsgNum: 5 },
  });
  return { ...plugin, ...parts };
}

/** A rule as the rules file writes it. */
export interface RuleSnippet {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** What a bench is made from. */
export interface BenchOptions {
  readonly plugins?: readonly Plugin[];
  /** The names of the targets; "analytics" by default. */
  readonly targets?: readonly string[];
  /** The form of body that the targets want. */
  readonly body?: "original" | "envelope" | { readonly shape: string };
  /** Further settings of targets, by name. */
  readonly settings?: Readonly<Record<string, object>>;
  /** What a target answers to a rule that waits. */
  readonly answer?: Poster["post"];
  /** Further chains by command. */
  readonly chains?: Readonly<Record<string, readonly RuleSnippet[]>>;
  /** The files beside the rules file, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** The trace that callbacks belong to. */
  readonly trace?: TraceContext;
}

/** What became of a callback on the bench. */
export interface BenchRun extends ChainResult {
  readonly traces: readonly LinkTrace[];
  /** The outcome of every rule that ran. */
  readonly outcomes: readonly Outcome[];
}

/** Compiled rules with recorded services. */
export interface RuleBench {
  readonly clock: FakeClock;
  readonly logged: readonly {
    readonly level: LogLevel;
    readonly message: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
  /** What was posted by rules that wait. */
  readonly posted: readonly NewDelivery[];
  readonly warnings: readonly string[];
  /** How many odd answers a target has given. */
  oddAnswers(target: string): ReturnType<OddAnswers["counts"]>;
  /** Runs a callback through the chain of its command; the clock moves on to when it came. */
  run(parts?: Partial<Callback>): Promise<BenchRun>;
}

/** Compiles rules for {@link testCommand}; fails the test when they do not compile. */
export function ruleBench(rules: readonly RuleSnippet[], options: BenchOptions = {}): RuleBench {
  const clock = new FakeClock();
  const logged: RuleBench["logged"][number][] = [];
  const posted: NewDelivery[] = [];
  const log: RuleServices["log"] = (level, message, properties) =>
    void logged.push({ level, message, properties });
  const oddAnswers = new OddAnswers(log);
  const { chains, problems, warnings } = compileOn(rules, options, {
    clock,
    log,
    oddAnswers,
    poster: {
      post(delivery, signal) {
        posted.push(delivery);
        return options.answer?.(delivery, signal) ?? Promise.resolve(undefined);
      },
    },
  });
  assert(problems.length === 0, problems.map(describe).join("\n"));
  return {
    clock,
    logged,
    posted,
    oddAnswers: (target) => oddAnswers.counts(target),
    warnings: warnings.map(describe),
    run(parts) {
      const callback = aCallback({ command: testCommand, ...parts });
      clock.advance(Math.max(0, callback.receivedAt - clock.now()));
      return runOn(chains, callback, clock, options);
    },
  };
}

/** What is wrong with rules for {@link testCommand}: `rules[0].key: message`. */
export function ruleProblems(
  rules: readonly RuleSnippet[],
  options: BenchOptions = {},
): readonly string[] {
  return compileOn(rules, options).problems.map(describe);
}

function compileOn(
  rules: readonly RuleSnippet[],
  {
    plugins = [aPlugin()],
    targets = ["analytics"],
    body = "original",
    settings: more = {},
    chains = {},
    files = {},
  }: BenchOptions,
  services: Partial<RuleServices> = {},
) {
  const settings = rulesFile.parse({
    targets: Object.fromEntries(
      targets.map((name) => [name, { url: "http://target.example", body, ...more[name] }]),
    ),
    callbacks: Object.fromEntries(
      Object.entries({ [testCommand]: rules, ...chains }).map(([name, rules]) => [name, { rules }]),
    ),
  });
  return compileChains(settings, {
    registry: createRegistry(plugins.map((plugin) => ({ plugin, file: `${plugin.command}.ts` }))),
    definitions: ruleDefinitions,
    services: ruleServices({
      files: {
        read(path) {
          if (!Object.hasOwn(files, path)) throw new Error(`there is no file ${path}`);
          return files[path]!;
        },
      },
      ...services,
    }),
  });
}

async function runOn(
  chains: ReadonlyMap<string, Chain>,
  callback: Callback,
  clock: FakeClock,
  options: Pick<BenchOptions, "trace">,
): Promise<BenchRun> {
  const chain = chains.get(callback.command)!;
  const budget = new Budget(chain.budget, clock);
  const traces: LinkTrace[] = [];
  const trace = (trace: LinkTrace) => traces.push(trace);
  const traceContext = () => options.trace;
  const result = await runChain(chain, callback, { clock, budget, trace, traceContext });
  budget.end();
  const outcomes = traces.flatMap(({ outcome }) => outcome === undefined ? [] : [outcome]);
  return { ...result, traces, outcomes };
}

function describe({ path, message }: SchemaProblem): string {
  const [section, command, ...rest] = path;
  const own = section === "callbacks" && command === testCommand;
  return `${pathText(own ? rest : path)}: ${message}`;
}
