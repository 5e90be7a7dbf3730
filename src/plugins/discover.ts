import { resolve } from "@std/path";
import { systemClock } from "../chain/clock.ts";
import { deadline } from "../values/deadline.ts";
import { messageOf } from "../values/thrown.ts";
import { type FoundPlugin, PluginError } from "./registry.ts";
import { isPlugin } from "../extension/define_plugin.ts";
import { type PluginModule, PluginModules } from "./plugin_modules.ts";

/** How long a plugin file may wait at its top level, milliseconds. */
const importWithin = 30_000;

/**
 * Finds the plugin files in folders and their folders, and imports them. What starts with `_` or
 * `.` is passed over, and files that end in `_test.ts`, `.test.ts` or `.d.ts` are no plugin files.
 * Links are followed: a folder that a container mounts may consist of them.
 *
 * @throws {PluginError} with every folder that cannot be read, every file that throws on import or
 * does not end, and every file without a plugin.
 * @param modules those of an earlier look at the folders: files that did not change are theirs.
 * @param within how long a file may wait at its top level, milliseconds.
 */
export async function discoverPlugins(
  folders: readonly string[],
  modules: PluginModules = new PluginModules(),
  within = importWithin,
): Promise<FoundPlugin[]> {
  const problems: string[] = [];
  const files = new Set<string>();
  for (const folder of folders) {
    try {
      for await (const file of pluginFiles(resolve(folder))) files.add(file);
    } catch (cause) {
      problems.push(folderProblem(folder, cause));
    }
  }
  const loaded = await Promise.all(
    [...files].sort().map((file) => importPlugin(file, modules, within)),
  );
  problems.push(...loaded.filter((found) => typeof found === "string"));
  const sound = loaded.filter((found) => typeof found !== "string");
  if (problems.length > 0) throw new PluginError(problems, sound);
  return sound;
}

async function* pluginFiles(folder: string, above: readonly string[] = []): AsyncGenerator<string> {
  const real = await Deno.realPath(folder);
  if (above.includes(real)) return;
  for await (const entry of Deno.readDir(folder)) {
    const path = resolve(folder, entry.name);
    if (entry.name.startsWith("_") || entry.name.startsWith(".")) continue;
    const { isDirectory, isFile } = entry.isSymlink ? await Deno.stat(path) : entry;
    if (isDirectory) yield* pluginFiles(path, [...above, real]);
    else if (isFile && /(?<!_test|\.test|\.d)\.ts$/.test(entry.name)) yield path;
  }
}

/** A file's plugin, or what is wrong with it. */
async function importPlugin(
  file: string,
  modules: PluginModules,
  within: number,
): Promise<FoundPlugin | string> {
  let module: PluginModule;
  try {
    module = await deadline(modules.import(file), {
      within,
      message: `it waits at its top level for more than ${within} ms`,
      clock: systemClock,
    });
  } catch (cause) {
    return `the plugin file ${file} fails on import: ${messageOf(cause)}; ` +
      'mend it, or give it a name that starts with "_" to leave it out';
  }
  if (isPlugin(module.default)) return { plugin: module.default, file };
  return `the plugin file ${file} has no plugin: its default export has to be definePlugin({...})`;
}

function folderProblem(folder: string, cause: unknown): string {
  return cause instanceof Deno.errors.NotFound
    ? `there is no plugin folder ${folder}; make it, or correct its path in "folders", which ` +
      "begins at the rules file"
    : `the plugin folder ${folder} cannot be read: ${messageOf(cause)}`;
}
