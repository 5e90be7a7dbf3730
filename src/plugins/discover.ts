import { resolve, toFileUrl } from "@std/path";
import { type FoundPlugin, PluginError } from "./registry.ts";
import { isPlugin } from "./define_plugin.ts";

/**
 * Finds the plugin files in folders and their folders, and imports them. Files whose name starts
 * with `_` or ends in `_test.ts` or `.d.ts` are no plugin files.
 *
 * @throws {PluginError} with every folder that cannot be read, every file that throws on import
 * and every file without a plugin.
 */
export async function discoverPlugins(folders: readonly string[]): Promise<FoundPlugin[]> {
  const problems: string[] = [];
  const files = new Set<string>();
  for (const folder of folders) {
    try {
      for await (const file of pluginFiles(resolve(folder))) files.add(file);
    } catch (cause) {
      problems.push(`the plugin folder ${folder} cannot be read: ${reasonOf(cause)}`);
    }
  }
  const loaded = await Promise.all([...files].sort().map((file) => importPlugin(file, problems)));
  if (problems.length > 0) throw new PluginError(problems);
  return loaded.filter((found) => found !== undefined);
}

async function* pluginFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = resolve(folder, name);
    if (name.startsWith("_") || name.startsWith(".")) continue;
    if (isDirectory) yield* pluginFiles(path);
    else if (isFile && /(?<!_test|\.test|\.d)\.ts$/.test(name)) yield path;
  }
}

async function importPlugin(file: string, problems: string[]): Promise<FoundPlugin | undefined> {
  let module: { readonly default?: unknown };
  try {
    module = await import(toFileUrl(file).href);
  } catch (cause) {
    problems.push(`the plugin file ${file} fails on import: ${reasonOf(cause)}`);
    return undefined;
  }
  if (isPlugin(module.default)) return { plugin: module.default, file };
  problems.push(
    `the plugin file ${file} has no plugin: its default export has to be definePlugin({...})`,
  );
  return undefined;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
