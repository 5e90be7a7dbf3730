/**
 * From the chains of the rules file to compiled chains, one for each command that the router knows.
 *
 * @module
 */
import type { Chain, Link } from "../chain/chain.ts";
import { type Outcome, override, pass } from "../chain/outcome.ts";
import type { RuleDefinition, RuleServices } from "../chain/rule.ts";
import { takenFields } from "../chain/taken_fields.ts";
import { CelScope } from "../expressions/cel_scope.ts";
import { milliseconds } from "../duration.ts";
import { didYouMean } from "../nearest_name.ts";
import type { HandleOutcome, Plugin } from "../plugins/define_plugin.ts";
import type { Registry } from "../plugins/registry.ts";
import { compileRule, type RuleOutputs } from "./compile_rule.ts";
import type { ChainSettings, RulesFile } from "./rules_file.ts";
import { addOnce, type SchemaProblem } from "./schema_problems.ts";

/** The budget of a chain that names none: below the 5 s in OpenIM's shipped webhooks.yml. */
const defaultBudget = "4s";

/** What compiling needs besides the rules file. */
export interface CompileContext {
  readonly registry: Registry;
  readonly definitions: readonly RuleDefinition[];
  readonly services: RuleServices;
}

/** The chains by canonical command, and what there is to say about them. */
export interface CompiledChains {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly problems: readonly SchemaProblem[];
  readonly warnings: readonly SchemaProblem[];
}

/** A chain's settings and where they stand. */
interface PlacedChain {
  readonly key: string;
  readonly settings: ChainSettings;
}

/** Compiles the chain of every command: the rules of `*`, then its own, then its plugin's code. */
export function compileChains(
  file: Pick<RulesFile, "callbacks" | "targets">,
  context: CompileContext,
): CompiledChains {
  const problems = new Map<string, SchemaProblem>();
  const warnings = new Map<string, SchemaProblem>();
  const { general, own } = placeChains(file.callbacks, context.registry, problems);
  const chains = new Map<string, Chain>();
  for (const plugin of context.registry.plugins) {
    const placed = [general, own.get(plugin.command)].filter((chain) => chain !== undefined);
    const chain = compileChain(plugin, placed, {
      ...context,
      targets: Object.keys(file.targets),
      problems,
      warnings,
    });
    chains.set(plugin.command, chain);
  }
  return { chains, problems: [...problems.values()], warnings: [...warnings.values()] };
}

function placeChains(
  callbacks: RulesFile["callbacks"],
  registry: Registry,
  problems: Map<string, SchemaProblem>,
): { general: PlacedChain | undefined; own: ReadonlyMap<string, PlacedChain> } {
  let general: PlacedChain | undefined;
  const own = new Map<string, PlacedChain>();
  const names = registry.plugins.flatMap(({ command, aliases }) => [command, ...aliases]);
  for (const [key, settings] of Object.entries(callbacks)) {
    const at = { path: ["callbacks", key], atKey: true };
    if (key === "*") {
      general = { key, settings };
      continue;
    }
    const command = registry.find(key)?.command;
    if (command === undefined) {
      const hint = didYouMean(key, names) || '; "plugins" lists the commands';
      addOnce(problems, { ...at, message: `unknown command "${key}"${hint}` });
      continue;
    }
    const taken = own.get(command);
    if (taken !== undefined) {
      const message = `"${key}" and "${taken.key}" name the same command; keep one chain`;
      addOnce(problems, { ...at, message });
      continue;
    }
    own.set(command, { key, settings });
  }
  return { general, own };
}

interface ChainContext extends CompileContext {
  readonly targets: readonly string[];
  readonly problems: Map<string, SchemaProblem>;
  readonly warnings: Map<string, SchemaProblem>;
}

function compileChain(
  plugin: Plugin,
  placed: readonly PlacedChain[],
  context: ChainContext,
): Chain {
  const links: Link[] = [];
  const outputs: RuleOutputs = { scope: CelScope.of(plugin.request), shapes: {}, unsure: {} };
  for (const { key, settings } of placed) {
    for (const [index, rule] of settings.rules.entries()) {
      const link = compileRule(rule, ["callbacks", key, "rules", index], plugin, outputs, context);
      if (link !== undefined) links.push(link);
    }
  }
  const budget = placed.findLast(({ settings }) => settings.budget)?.settings.budget;
  if (plugin.handle !== undefined) links.push(handleLink(plugin, plugin.handle));
  return {
    command: plugin.command,
    timing: plugin.timing,
    links,
    onError: onErrorOf(plugin, placed, context),
    budget: milliseconds(budget ?? defaultBudget),
  };
}

function onErrorOf(
  plugin: Plugin,
  placed: readonly PlacedChain[],
  { warnings, problems }: ChainContext,
): "continue" | "refuse" {
  const last = placed.findLast(({ settings }) => settings.onError !== undefined);
  if (last?.settings.onError !== "refuse" || plugin.timing === "before") {
    return last?.settings.onError ?? "continue";
  }
  if (last.key !== "*") {
    addOnce(problems, {
      path: ["callbacks", last.key, "onError"],
      message: `${plugin.command} is an after-callback, which cannot be refused; ` +
        'write "continue" or leave it out',
    });
  } else {
    addOnce(warnings, {
      path: ["callbacks", "*", "onError"],
      message: '"refuse" is for before-callbacks; after-callbacks continue',
    });
  }
  return "continue";
}

/** The plugin's own code as the last link of its chain. */
function handleLink(plugin: Plugin, handle: NonNullable<Plugin["handle"]>): Link {
  // types are no proof: what a handle wants to change is checked as a rule's wishes are
  const checked = (outcome: HandleOutcome<Readonly<Record<string, unknown>>>): Outcome => {
    if (outcome?.kind !== "override") return outcome ?? pass();
    return override(takenFields(outcome.fields, plugin));
  };
  return {
    name: `plugin ${plugin.command}`,
    when: undefined,
    always: false,
    rule: {
      run(callback, scope) {
        const answer = handle(callback, scope);
        return answer instanceof Promise ? answer.then(checked) : checked(answer);
      },
    },
  };
}
