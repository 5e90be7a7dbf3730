import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { join } from "@std/path";
import { discoverPlugins } from "../../src/plugins/discover.ts";
import { PluginModules } from "../../src/plugins/plugin_modules.ts";
import { PluginError } from "../../src/plugins/registry.ts";
import { tempFolder } from "../support/temp_folder.ts";

const definePluginURL = new URL("../../src/extension/define_plugin.ts", import.meta.url).href;
const zodURL = import.meta.resolve("zod");

/** A plugin file's text. */
const pluginFile = (command: string, more = "") => `
${more}
import { definePlugin } from ${JSON.stringify(definePluginURL)};
import { z } from ${JSON.stringify(zodURL)};
export default definePlugin({
  command: ${JSON.stringify(command)},
  timing: "after",
  area: "test",
  summary: "For tests.",
  request: z.looseObject({}),
  sample: {},
});
`;

/** Looks at a folder again and again with the modules of the time before. */
function looking(folder: string) {
  const modules = new PluginModules();
  return async () => (await discoverPlugins([folder], modules)).map(({ plugin }) => plugin);
}

Deno.test("a changed plugin file is imported again", async () => {
  await using folder = await tempFolder();
  await folder.write("a.ts", pluginFile("callbackA"));
  const look = looking(folder.path);
  assertEquals((await look()).map(({ command }) => command), ["callbackA"]);
  for (const command of ["callbackB", "callbackC", "callbackB"]) {
    await folder.write("a.ts", pluginFile(command));
    assertEquals((await look()).map(({ command }) => command), [command]);
  }
});

Deno.test("a plugin file that did not change stays the module that it is", async () => {
  await using folder = await tempFolder();
  await folder.write("a.ts", pluginFile("callbackA"));
  const look = looking(folder.path);
  const [before] = await look();
  await folder.write("a.ts", pluginFile("callbackA"));
  const [after] = await look();
  assertStrictEquals(after, before);
});

Deno.test("a new plugin file is found, a deleted one is gone", async () => {
  await using folder = await tempFolder();
  await folder.write("a.ts", pluginFile("callbackA"));
  const look = looking(folder.path);
  await look();
  await folder.write("b.ts", pluginFile("callbackB"));
  await Deno.remove(join(folder.path, "a.ts"));
  assertEquals((await look()).map(({ command }) => command), ["callbackB"]);
});

Deno.test("a file that failed is tried again although it did not change", async () => {
  await using folder = await tempFolder();
  const words = join(folder.path, "words.txt");
  const reading = `Deno.readTextFileSync(${JSON.stringify(words)});`;
  await folder.write("a.ts", pluginFile("callbackA", reading));
  const look = looking(folder.path);
  await assertRejects(look, PluginError, "a.ts fails on import");
  await assertRejects(look, PluginError, "a.ts fails on import");
  await folder.write("words.txt", "");
  assertEquals((await look()).map(({ command }) => command), ["callbackA"]);
});

Deno.test("what a plugin file imports itself stays as it is until the next start", async () => {
  await using folder = await tempFolder();
  const text = (name: string) => `export const name = "${name}";`;
  const file = pluginFile("name", 'import { name } from "./_name.ts";').replace('"name",', "name,");
  await folder.write("_name.ts", text("callbackA"));
  await folder.write("a.ts", file);
  const look = looking(folder.path);
  await look();
  await folder.write("_name.ts", text("callbackB"));
  await folder.write("a.ts", `${file}\n// changed`);
  assertEquals((await look()).map(({ command }) => command), ["callbackA"]);
});
