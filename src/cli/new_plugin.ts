import { dirname, join, relative, resolve } from "@std/path";
import { builtinPlugins } from "../runtime/load_context.ts";
import { discoverPlugins } from "../plugins/discover.ts";
import { createRegistry } from "../plugins/registry.ts";
import {
  eventOf,
  fileNameOf,
  type NewPlugin,
  pluginTestText,
  pluginText,
} from "./plugin_template.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** What plugin to write, and where. */
export interface NewPluginOptions extends NewPlugin {
  /** A folder of one's own for both files; by default they go to the router's own. */
  readonly folder?: string | undefined;
}

/** A file to write. */
interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The router's own folder, with `plugins/`, `tests/` and `deno.json`. */
const home = dirname(builtinPlugins);

/**
 * Writes a plugin file and its test, and prints what to do next.
 *
 * @throws {UsageError} for a name that cannot be a command's or is known already, or if one of
 * the files is there; nothing is written then.
 */
export async function newPlugin(options: NewPluginOptions, terminal: Terminal): Promise<void> {
  const { command, area, folder } = options;
  const event = eventOf(command);
  if (event === undefined) {
    throw new UsageError(
      `"${command}" is no command's name; expected one such as "callbackAfterMyEventCommand", ` +
        "of at most 80 characters",
    );
  }
  if (!/^[a-z][a-z0-9_]*$/.test(area)) {
    throw new UsageError(
      `"${area}" is no area's name; expected small letters, digits and _, such as "group"`,
    );
  }
  const known = createRegistry(await discoverPlugins([builtinPlugins])).find(command);
  if (known !== undefined) {
    const as = known.command === command ? "" : `, as an older name of ${known.command}`;
    throw new UsageError(`the router knows ${command} already${as}; write rules for it`);
  }

  const name = fileNameOf(event);
  const [plugin, test] = folder === undefined
    ? routersOwn(options, name)
    : inFolder(options, resolve(folder), name);
  await writeNew([plugin, test]);
  terminal.out([
    `wrote ${fromHere(plugin.path)}`,
    `wrote ${fromHere(test.path)}`,
    "",
    "next:",
    ...nextSteps(options, fromHere(test.path)).map((step, index) => `  ${index + 1}. ${step}`),
  ].join("\n"));
}

function routersOwn(plugin: NewPlugin, name: string): readonly [NewFile, NewFile] {
  const { area } = plugin;
  return [{
    path: join(builtinPlugins, area, `${name}.ts`),
    text: pluginText(plugin, "../../src/extension/define_plugin.ts"),
  }, {
    path: join(home, "tests", "plugins", area, `${name}_test.ts`),
    text: pluginTestText(plugin, `../../../plugins/${area}/${name}.ts`),
  }];
}

function inFolder(plugin: NewPlugin, folder: string, name: string): readonly [NewFile, NewFile] {
  return [{
    path: join(folder, `${name}.ts`),
    text: pluginText(plugin, "@openim-router/plugin"),
  }, {
    path: join(folder, `${name}_test.ts`),
    text: pluginTestText(plugin, `./${name}.ts`),
  }];
}

/** Writes all files, or none if one of them is there. */
async function writeNew(files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) {
    if (await isThere(path)) {
      throw new UsageError(`${fromHere(path)} is there already; nothing was written`);
    }
  }
  for (const { path, text } of files) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text, { createNew: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function nextSteps({ command, folder }: NewPluginOptions, test: string): readonly string[] {
  const config = folder === undefined ? "" : ` --config ${fromHere(join(home, "deno.json"))}`;
  return [
    "write down the body's fields and a sample, as the server sends them",
    `deno test --allow-all${config} ${test}`,
    ...folder === undefined ? [] : [
      `name the folder in the rules file, relative to it: "plugins": { "folders": ["${folder}"] }`,
    ],
    `deno task simulate ${command}`,
  ];
}

function fromHere(path: string): string {
  return relative(Deno.cwd(), path);
}
