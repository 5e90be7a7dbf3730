import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { discoverPlugins } from "../../src/plugins/discover.ts";
import { PluginError } from "../../src/plugins/registry.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const definePluginURL = new URL("../../src/extension/define_plugin.ts", import.meta.url).href;
const zodURL = import.meta.resolve("zod");

const pluginFile = `
import { definePlugin } from ${JSON.stringify(definePluginURL)};
import { z } from ${JSON.stringify(zodURL)};
export default definePlugin({
  command: "callbackA",
  timing: "after",
  area: "test",
  summary: "For tests.",
  request: z.looseObject({}),
  sample: {},
});
`;

const link = (folder: TempFolder, target: string, name: string) =>
  Deno.symlink(target, join(folder.path, name));

/** The files in which plugins are found, the folder's path left out. */
async function filesIn(folder: TempFolder, name = ""): Promise<string[]> {
  const found = await discoverPlugins([join(folder.path, name)]);
  return found.map(({ file }) => file.replace(`${folder.path}/`, ""));
}

Deno.test("a link to a plugin file is followed", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("elsewhere/read.ts", pluginFile);
  await Deno.mkdir(join(folder.path, "plugins"));
  await link(folder, file, "plugins/read.ts");
  assertEquals(await filesIn(folder, "plugins"), ["plugins/read.ts"]);
});

Deno.test("a link to a folder of plugin files is followed", async () => {
  await using folder = await tempFolder();
  await folder.write("elsewhere/read.ts", pluginFile);
  await Deno.mkdir(join(folder.path, "plugins"));
  await link(folder, join(folder.path, "elsewhere"), "plugins/group");
  assertEquals(await filesIn(folder, "plugins"), ["plugins/group/read.ts"]);
});

Deno.test("a plugin folder may be a link itself", async () => {
  await using folder = await tempFolder();
  await folder.write("elsewhere/read.ts", pluginFile);
  await link(folder, join(folder.path, "elsewhere"), "plugins");
  assertEquals(await filesIn(folder, "plugins"), ["plugins/read.ts"]);
});

Deno.test("a folder as Kubernetes mounts it gives each plugin once", async () => {
  await using folder = await tempFolder();
  await folder.write("..2026_11_25/read.ts", pluginFile);
  await link(folder, "..2026_11_25", "..data");
  await link(folder, "..data/read.ts", "read.ts");
  assertEquals(await filesIn(folder), ["read.ts"]);
});

Deno.test("a link to a folder above ends, and each plugin is found once", async () => {
  await using folder = await tempFolder();
  await folder.write("group/read.ts", pluginFile);
  await link(folder, folder.path, "group/again");
  assertEquals(await filesIn(folder), ["group/read.ts"]);
});

Deno.test("a link to its own folder ends, and each plugin is found once", async () => {
  await using folder = await tempFolder();
  await folder.write("read.ts", pluginFile);
  await link(folder, ".", "again");
  assertEquals(await filesIn(folder), ["read.ts"]);
});

Deno.test("a link is passed over by its own name, whatever it leads to", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("_shared/read.txt", 'throw new Error("imported");');
  await link(folder, file, "read_test.ts");
  assertEquals(await filesIn(folder), []);
});

Deno.test("problems stand in the order of their files, whichever fails first", async () => {
  await using folder = await tempFolder();
  // a.ts fails only after b.ts has
  await folder.write("a.ts", 'await import("./b.ts").catch(() => {});\nthrow new Error("a");');
  await folder.write("b.ts", 'throw new Error("b");');
  await folder.write("c.ts", "export {};");
  const error = await assertRejects(() => discoverPlugins([folder.path]), PluginError);
  const problems: readonly string[] = error.problems;
  assertEquals(problems.map((problem) => /([abc])\.ts/.exec(problem)?.[1]), ["a", "b", "c"]);
});
