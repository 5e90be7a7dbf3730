/**
 * Loading a rules file: text, environment, schema, plugins, chains; everything that is wrong with
 * it is found in one go.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import type { Chain } from "../../chain/chain.ts";
import { disposeChains } from "../../chain/dispose_chains.ts";
import type { Poster, ScriptedAnswer } from "../../chain/deliveries.ts";
import type { RuleServices } from "../../chain/rule.ts";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import { concerns } from "../../openim/versions.ts";
import { discoverPlugins } from "../../plugins/discover.ts";
import type { PluginModules } from "../../plugins/plugin_modules.ts";
import { createRegistry, PluginError, type Registry } from "../../plugins/registry.ts";
import { caProblems } from "./ca_file.ts";
import { checkRulesTests } from "../compile/check_rules_tests.ts";
import { compileChains } from "../compile/compile_chains.ts";
import { BesideFiles } from "./beside_files.ts";
import { ConfigError, pathText, type Problem } from "../source/config_error.ts";
import { maskedURL, maskURLs } from "./masked_rules.ts";
import { authWarnings, openListener } from "./auth_checks.ts";
import { type Environment, type FilledVariable, fillIn } from "./environment.ts";
import type { ReadFiles } from "./read_files.ts";
import { readSettings } from "./read_settings.ts";
import { RefusedRules, soundBeside } from "./refused_rules.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import { type SchemaProblem, uniqueProblems } from "../source/schema_problems.ts";
import { unreadAnswers } from "../compile/unread_answers.ts";
import { unreadOutputs, unusedTargets } from "../compile/unused_names.ts";
import { hideVariables } from "./secret_values.ts";
import { storedVariables } from "./stored_variables.ts";
import { deliveredWhenProblems } from "../compile/target_expressions.ts";
import { RulesSource } from "../source/source.ts";
import { isObject } from "../../openim/exact_json.ts";

/** A rules file that is in order, ready to run. */
export interface LoadedRules {
  /** Its path as the user named it. */
  readonly file: string;
  readonly settings: RulesFile;
  /** The file's value as it is written, before variables were filled in. */
  readonly written: unknown;
  /** The variables that were filled in. */
  readonly variables: readonly FilledVariable[];
  readonly registry: Registry;
  /** The chain of every command, by canonical name. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly Problem[];
  /** What the rules were compiled with. */
  readonly services: Omit<RuleServices, "files">;
  /** The files that rules were compiled from, such as word lists. */
  readonly files: BesideFiles;
  /** A problem at a place of the file. */
  problemAt(path: SchemaProblem["path"], message: string): Problem;
  /** A target's URL as it is written, for people: of what may be a secret nothing is shown. */
  shownURL(target: string): string;
}

/** What loading needs besides the file. */
export interface LoadContext {
  readonly environment: Environment;
  readonly definitions: readonly RuleDefinition[];
  /** The folder with the router's own plugins. */
  readonly builtinPlugins: string;
  /**
   * The plugins of an earlier load, if there was one: files that did not change are taken from it.
   */
  readonly pluginModules?: PluginModules;
  /** Notes which files were read. */
  readonly readFiles?: ReadFiles;
  /** Makes what posts to targets that answer as a test says, in every other way as for real. */
  readonly scriptedPoster: (
    settings: RulesFile,
    file: string,
    answers: ReadonlyMap<string, ScriptedAnswer>,
  ) => Poster;
  /** Makes what the rules use, once the settings are known. */
  readonly services: (settings: RulesFile, file: string) => Omit<RuleServices, "files">;
}

/**
 * Loads and compiles a rules file. If some plugins cannot be loaded, the rules are checked all the
 * same, except for unknown commands, which those plugins may have.
 *
 * @throws {ConfigError} with every problem of the file; it is a {@link RefusedRules} if the file
 * is there and is JSON.
 */
export async function loadRules(file: string, context: LoadContext): Promise<LoadedRules> {
  const source = new RulesSource(file, await readRules(file, context.readFiles));
  if (source.problems.length > 0) throw new ConfigError(inOrder(source.problems));

  const filled = fillIn(valueOf(source), context.environment);
  const problemAt = (problem: SchemaProblem) => {
    const message = hideVariables(problem.message, filled.variables);
    const found = source.problem(filled.asWritten(problem), message);
    // a URL may stand where none belongs, and its path may be a secret
    return { ...found, path: maskURLs(found.path), message: maskURLs(message) };
  };
  const { settings, problems: found } = readSettings(filled.value);
  // what is said of a text whose variable is missing would only mislead
  const missing = new Set(filled.missing.map(({ path }) => pathText(path)));
  const sayable = ({ path }: SchemaProblem) => !missing.has(pathText(path));
  const whole = (path: string) => besideRules(file, path);
  const unusable = await caProblems(settings, whole, context.readFiles);
  const open = openListener(settings.server);
  const undecided = deliveredWhenProblems(settings.targets);
  const wrong = [
    ...filled.missing,
    ...[...found, ...unusable, ...open, ...undecided].filter(sayable),
  ];
  const problems = wrong.map(problemAt);

  const plugins = await loadPlugins(source, settings, context);
  const { registry } = plugins;
  problems.push(...plugins.problems);
  const allPlugins = problems.every(({ path }) => !/^plugins\b/.test(path));
  const files = new BesideFiles(whole, context.readFiles);
  const services = context.services(settings, file);
  const compiled = compileChains(settings, {
    registry,
    definitions: context.definitions,
    services: { ...services, files },
    isTimeoutWritten: (target) => {
      const { targets = {} } = filled.value as { targets?: Record<string, object> };
      return Object.hasOwn(targets[target] ?? {}, "timeout");
    },
  });
  const targets = Object.keys(settings.targets);
  const ofTests = checkRulesTests(filled.value, { registry, targets });
  const ofRules = [...compiled.problems, ...ofTests].filter((problem) =>
    sayable(problem) && (allPlugins || !saysUnknown(problem, registry))
  );
  problems.push(...ofRules.map(problemAt));
  if (problems.length > 0) {
    disposeChains(compiled.chains);
    const unsound = [...filled.missing, ...found].map(({ path }) => path);
    throw new RefusedRules(inOrder(problems), {
      file,
      settings,
      isSound: soundBeside(unsound),
      problemAt: (path, message) => source.problem({ path }, message),
    });
  }
  const unused = uniqueProblems([
    ...unusedTargets(targets, settings),
    ...unreadOutputs(compiled.provided, settings),
    ...unreadAnswers(settings.tests, compiled.waiting, registry),
    ...authWarnings(settings.server, compiled.refusable.size > 0),
    ...storedVariables(filled.value, filled.variables, compiled.storedFor),
  ]);
  return {
    file,
    settings,
    written: source.value,
    variables: filled.variables,
    registry,
    chains: compiled.chains,
    warnings: [
      ...[...compiled.warnings, ...unused].map(problemAt),
      ...settingsWarnings(settings, source),
    ],
    services,
    files,
    problemAt: (path, message) => source.problem({ path }, message),
    shownURL: (target) => {
      const { targets } = source.value as { targets: Record<string, { url: string }> };
      return maskedURL(targets[target]!.url);
    },
  };
}

/**
 * What a file says. Its tests keep every digit of an int64, to be compared with answers that do;
 * settings are numbers.
 */
function valueOf(source: RulesSource): unknown {
  const { value } = source;
  return isObject(value) && Object.hasOwn(value, "tests")
    ? { ...value, tests: source.exactValue(["tests"]) }
    : value;
}

/** A path in the rules file is relative to the rules file. */
export function besideRules(file: string, path: string): string {
  return resolve(dirname(resolve(file)), path);
}

async function readRules(file: string, read: ReadFiles | undefined): Promise<string> {
  const path = resolve(file);
  read?.note(path, undefined);
  try {
    const bytes = await Deno.readFile(path);
    read?.note(path, bytes);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const reason = unreadable(cause as Error);
    throw new ConfigError([{ file, line: 1, column: 1, path: "", message: reason }]);
  }
}

function unreadable(cause: Error): string {
  if (cause instanceof Deno.errors.NotFound) {
    return "there is no such file; name one, or start from the router's own rules.json";
  }
  if (cause instanceof Deno.errors.IsADirectory) return "is a folder; name the rules file in it";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "may not be read; give the user that runs the router the right to";
  }
  return `cannot be read: ${cause.message}`;
}

async function loadPlugins(
  source: RulesSource,
  { plugins }: RulesFile,
  { builtinPlugins, pluginModules }: LoadContext,
): Promise<{ readonly registry: Registry; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const soundOf = (error: unknown) => {
    if (!(error instanceof PluginError)) throw error;
    for (const message of error.problems) {
      problems.push(source.problem({ path: ["plugins"] }, message));
    }
    return error.sound;
  };
  // a missing variable is reported already
  const named = plugins.folders.filter((folder) => !folder.includes("${"));
  const own = named.map((folder) => besideRules(source.file, folder));
  const folders = plugins.builtin ? [builtinPlugins, ...own] : own;
  const found = await discoverPlugins(folders, pluginModules).catch(soundOf);
  try {
    return { registry: createRegistry(found), problems };
  } catch (error) {
    return { registry: createRegistry(soundOf(error)), problems };
  }
}

/** Whether a problem is that a command, or an area of commands, is not known. */
function saysUnknown({ path }: SchemaProblem, registry: Registry): boolean {
  if (path[0] === "tests") return path.at(-1) === "command";
  return path[0] === "callbacks" && path.length === 2 && !registry.find(String(path[1]));
}

function settingsWarnings(
  { server, openim }: RulesFile,
  source: RulesSource,
): readonly Problem[] {
  const decodesText = !concerns(openim.version, { from: "v3.4.2" });
  if (server.nextCode === "number" || decodesText) return [];
  const message = '"documented" answers with text, which OpenIM since 3.4.2 fails to decode ' +
    "and since 3.7 takes for a refusal; use it for a caller of your own alone";
  return [source.problem({ path: ["server", "nextCode"] }, message)];
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
