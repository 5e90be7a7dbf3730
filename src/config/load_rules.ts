/**
 * Loading a rules file: text, environment, schema, plugins, chains; everything that is wrong with
 * it is found in one go.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import type { z } from "zod";
import type { Chain } from "../chain/chain.ts";
import type { RuleDefinition, RuleServices } from "../chain/rule.ts";
import { discoverPlugins } from "../plugins/discover.ts";
import { createRegistry, PluginError, type Registry } from "../plugins/registry.ts";
import { compileChains } from "./compile_chains.ts";
import { BesideFiles } from "./beside_files.ts";
import { ConfigError, type Problem } from "./config_error.ts";
import { type Environment, fillIn } from "./environment.ts";
import { type RulesFile, rulesFile } from "./rules_file.ts";
import { type SchemaProblem, schemaProblems } from "./schema_problems.ts";
import { RulesSource } from "./source.ts";

/** A rules file that is in order, ready to run. */
export interface LoadedRules {
  /** Its path as the user named it. */
  readonly file: string;
  readonly settings: RulesFile;
  readonly registry: Registry;
  /** The chain of every command, by canonical name. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly Problem[];
  /** The full paths of the files that rules were compiled from, such as word lists. */
  readonly filesRead: readonly string[];
  /** A target's URL as it is written, with what the environment fills in left out. */
  writtenURL(target: string): string;
}

/** What loading needs besides the file. */
export interface LoadContext {
  readonly environment: Environment;
  readonly definitions: readonly RuleDefinition[];
  /** The folder with the router's own plugins. */
  readonly builtinPlugins: string;
  /** Makes what the rules use, once the settings are known. */
  readonly services: (settings: RulesFile) => Omit<RuleServices, "files">;
}

/**
 * Loads and compiles a rules file. Where the plugins cannot be loaded, the chains are not looked
 * at: without its plugin no command is known.
 *
 * @throws {ConfigError} with every problem of the file.
 */
export async function loadRules(file: string, context: LoadContext): Promise<LoadedRules> {
  const source = new RulesSource(file, await readRules(file));
  if (source.problems.length > 0) throw new ConfigError(inOrder(source.problems));

  const filled = fillIn(source.value, context.environment);
  const problemAt = (problem: SchemaProblem) =>
    source.problem(filled.asWritten(problem), problem.message);
  const missing = new Set(filled.missing.map(({ path }) => JSON.stringify(path)));
  const { settings, problems: found } = readSections(filled.value);
  const problems = [
    ...filled.missing.map(problemAt),
    ...found.filter(({ path }) => !missing.has(JSON.stringify(path))).map(problemAt),
  ];

  const registry = await loadPlugins(source, settings, context, problems);
  const files = new BesideFiles((path) => besideRules(file, path));
  const compiled = compileChains(settings, {
    registry,
    definitions: context.definitions,
    services: { ...context.services(settings), files },
  });
  problems.push(...compiled.problems.map(problemAt));
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  return {
    file,
    settings,
    registry,
    chains: compiled.chains,
    warnings: [...compiled.warnings.map(problemAt), ...settingsWarnings(settings, source)],
    filesRead: files.paths,
    writtenURL: (target) => writtenURL(source.value, target),
  };
}

/**
 * Checks the sections one by one. One that is not in order stands as if it were empty, so that
 * the others can be looked at as well; the names of targets are known in any case.
 */
function readSections(value: unknown): {
  readonly settings: RulesFile;
  readonly problems: readonly SchemaProblem[];
} {
  const whole = rulesFile.safeParse(value);
  if (whole.success) return { settings: whole.data, problems: [] };
  const problems = schemaProblems(rulesFile, whole.error.issues);
  const given = typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : {};
  const sound = Object.entries(rulesFile.shape).filter(([name, section]) =>
    (section as z.ZodType).safeParse(given[name]).success
  );
  const settings = rulesFile.parse(
    Object.fromEntries(sound.map(([name]) => [name, given[name]])),
  );
  if (sound.some(([name]) => name === "targets")) return { settings, problems };
  const names = typeof given.targets === "object" ? Object.keys(given.targets ?? {}) : [];
  const targets = Object.fromEntries(names.map((name) => [name, placeholderTarget]));
  return { settings: { ...settings, targets }, problems };
}

/** Stands for a target that is not in order, while the rest of the file is looked at. */
const placeholderTarget = rulesFile.parse({ targets: { any: { url: "http://localhost" } } })
  .targets.any!;

/** A target's URL as it is written: what the environment fills in may be a secret. */
function writtenURL(value: unknown, target: string): string {
  const { targets } = value as { targets: Record<string, { url: string }> };
  return targets[target]?.url ?? "";
}

/** A path in the rules file is relative to the rules file. */
export function besideRules(file: string, path: string): string {
  return resolve(dirname(resolve(file)), path);
}

async function readRules(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file; name one, or start from the router's own rules.json"
      : `cannot be read: ${(cause as Error).message}`;
    throw new ConfigError([{ file, line: 1, column: 1, path: "", message: reason }]);
  }
}

async function loadPlugins(
  source: RulesSource,
  { plugins }: RulesFile,
  { builtinPlugins }: LoadContext,
  problems: Problem[],
): Promise<Registry> {
  const own = plugins.folders.map((folder) => besideRules(source.file, folder));
  try {
    const folders = plugins.builtin ? [builtinPlugins, ...own] : own;
    return createRegistry(await discoverPlugins(folders));
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    for (const message of error.problems) {
      problems.push(source.problem({ path: ["plugins"] }, message));
    }
    throw new ConfigError(inOrder(problems));
  }
}

function settingsWarnings({ server }: RulesFile, source: RulesSource): readonly Problem[] {
  if (server.nextCode === "number") return [];
  const message = '"documented" answers with text, which OpenIM since 3.4.2 fails to decode ' +
    "and since 3.7 takes for a refusal; use it for a caller of your own alone";
  return [source.problem({ path: ["server", "nextCode"] }, message)];
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
