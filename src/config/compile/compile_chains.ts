/**
 * From the chains of the rules file to compiled chains, one for each command that the router knows.
 *
 * @module
 */
import type { Chain } from "../../chain/chain.ts";
import type { RuleServices } from "../../chain/rule.ts";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import { CelScope } from "../../expressions/cel_scope.ts";
import { milliseconds } from "../../values/duration.ts";
import { dutiesFor } from "../../openim/answer_duties.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { Registry } from "../../plugins/registry.ts";
import { BeforeRules } from "./before_rules.ts";
import { compileEntries, type EntriesContext } from "./compile_entries.ts";
import type { RuleOutputs } from "./compile_rule.ts";
import { handleLink } from "./handle_link.ts";
import { placeChains, type PlacedChain } from "./place_chains.ts";
import { budgetWarning, timeoutWarnings, type WaitingRule } from "./time_warnings.ts";
import { UnreachableRules } from "./unreachable_rules.ts";
import type { ProvidedName } from "./unused_names.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import { addOnce, type SchemaProblem } from "../source/schema_problems.ts";
import { targetExpressions } from "./target_expressions.ts";

/** The budget of a chain that names none: below the 5 s in OpenIM's shipped webhooks.yml. */
const defaultBudget = "4s";

/** What compiling needs besides the rules file. */
export interface CompileContext {
  readonly registry: Registry;
  readonly definitions: readonly RuleDefinition[];
  readonly services: RuleServices;
  /** Whether the file itself gives a target's timeout, rather than the default. */
  readonly isTimeoutWritten?: (target: string) => boolean;
}

/** The chains by canonical command, and what there is to say about them. */
export interface CompiledChains {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly problems: readonly SchemaProblem[];
  readonly warnings: readonly SchemaProblem[];
  /** What rules make visible to later ones. */
  readonly provided: readonly ProvidedName[];
  /** The rules that wait for the answer of a target. */
  readonly waiting: readonly WaitingRule[];
  /** The targets for which deliveries are stored. */
  readonly storedFor: ReadonlySet<string>;
  /** The before-callbacks that a rule, a plugin's code or a failure may refuse. */
  readonly refusable: ReadonlySet<string>;
}

/**
 * Compiles the chain of every command: what runs for it of the shared chains, then its own, then
 * its plugin's code.
 */
export function compileChains(
  file:
    & Pick<RulesFile, "callbacks" | "chains" | "targets">
    & Partial<Pick<RulesFile, "log" | "openim">>,
  context: CompileContext,
): CompiledChains {
  const problems = new Map<string, SchemaProblem>();
  const warnings = new Map<string, SchemaProblem>();
  const usedNames = new Set<string>();
  const beforeRules = new BeforeRules();
  const unreachable = new UnreachableRules();
  const provided: ProvidedName[] = [];
  const waiting: WaitingRule[] = [];
  const storedFor = new Set<string>();
  const refusable = new Set<string>();
  const chainsOf = placeChains(file.callbacks, context.registry, problems);
  const fields = new Set(
    context.registry.plugins.flatMap(({ request }) => Object.keys(request.shape)),
  );
  const chains = new Map<string, Chain>();
  for (const plugin of context.registry.plugins) {
    const placed = chainsOf(plugin);
    const tooLong = budgetWarning(plugin, placed);
    if (tooLong !== undefined) addOnce(warnings, tooLong);
    unreachable.nextChain();
    const chain = compileChain(plugin, placed, {
      ...context,
      targets: file.targets,
      redact: file.log?.redact ?? [],
      ...targetExpressions(file.targets, plugin, problems, warnings),
      named: file.chains,
      usedNames,
      beforeRules,
      version: file.openim?.version,
      unreachable,
      provided,
      waiting,
      storedFor,
      refusable,
      budget: budgetOf(placed),
      fields,
      problems,
      warnings,
    });
    if (mayRefuse(plugin, chain)) refusable.add(plugin.command);
    chains.set(plugin.command, chain);
  }
  const isWritten = context.isTimeoutWritten ?? (() => false);
  const ofWhole = [
    ...beforeRules.warnings(),
    ...unreachable.warnings(),
    ...timeoutWarnings(file.targets, waiting, storedFor, isWritten),
  ];
  for (const warning of ofWhole) addOnce(warnings, warning);
  for (const name of Object.keys(file.chains)) {
    if (usedNames.has(name)) continue;
    const message = "no chain uses it, so its rules are not checked";
    addOnce(warnings, { path: ["chains", name], atKey: true, message });
  }
  return {
    chains,
    problems: [...problems.values()],
    warnings: [...warnings.values()],
    provided,
    waiting,
    storedFor,
    refusable,
  };
}

/** Whether a before-callback may be refused beside what its rules refuse. */
function mayRefuse({ timing, handle }: Plugin, { links, onError }: Chain): boolean {
  if (timing !== "before") return false;
  return handle !== undefined || (onError === "refuse" && links.length > 0);
}

function compileChain(
  plugin: Plugin,
  placed: readonly PlacedChain[],
  context: EntriesContext,
): Chain {
  const outputs: RuleOutputs = { scope: CelScope.of(plugin.request), shapes: {}, unsure: {} };
  const links = placed.flatMap(({ key, settings, shared }) =>
    compileEntries(settings.rules, {
      path: ["callbacks", key, "rules"],
      about: plugin,
      outputs,
      shared: shared ? `"${key}" runs for it` : undefined,
      within: [],
      via: "",
      inside: [],
      conditions: [],
    }, context)
  );
  return {
    command: plugin.command,
    timing: plugin.timing,
    links: plugin.handle === undefined ? links : [...links, handleLink(plugin, plugin.handle)],
    onError: onErrorOf(plugin, placed, context),
    budget: context.budget,
    duties: dutiesFor(plugin, context.version),
  };
}

/** The time for a command's chain: what the most particular of its chains says. */
function budgetOf(placed: readonly PlacedChain[]): number {
  const budget = placed.findLast(({ settings }) => settings.budget)?.settings.budget;
  return milliseconds(budget ?? defaultBudget);
}

function onErrorOf(
  plugin: Plugin,
  placed: readonly PlacedChain[],
  { warnings, problems }: EntriesContext,
): "continue" | "refuse" {
  const last = placed.findLast(({ settings }) => settings.onError !== undefined);
  if (last?.settings.onError !== "refuse" || plugin.timing === "before") {
    return last?.settings.onError ?? "continue";
  }
  if (!last.shared || last.key === "after:*") {
    addOnce(problems, {
      path: ["callbacks", last.key, "onError"],
      message: `${last.shared ? "these are" : `${plugin.command} is an`} after-callback` +
        `${last.shared ? "s" : ""}, which cannot be refused; write "continue" or leave it out`,
    });
  } else {
    addOnce(warnings, {
      path: ["callbacks", last.key, "onError"],
      message: '"refuse" is for before-callbacks; after-callbacks continue',
    });
  }
  return "continue";
}
