import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { discoverPlugins } from "../../src/plugins/discover.ts";
import { PluginModules } from "../../src/plugins/plugin_modules.ts";
import { createRegistry, type FoundPlugin, PluginError } from "../../src/plugins/registry.ts";
import { tempFolder } from "../support/temp_folder.ts";

const definePluginURL = new URL("../../src/extension/define_plugin.ts", import.meta.url).href;
const zodURL = import.meta.resolve("zod");

/** A plugin file's text. */
const pluginFile = (command: string) => `
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

const ownPlugins = fromFileUrl(new URL("../../plugins", import.meta.url));

const throwing = (what: string) => `throw new Error(${JSON.stringify(what)});`;

async function problemsOf(...folders: string[]): Promise<readonly string[]> {
  return (await assertRejects(() => discoverPlugins(folders), PluginError)).problems;
}

async function commandsIn(...folders: string[]): Promise<string[]> {
  return (await discoverPlugins(folders)).map(({ plugin }) => plugin.command);
}

Deno.test("a plugin file is found, with its path", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("read.ts", pluginFile("callbackA"));
  const found = await discoverPlugins([folder.path]);
  assertEquals(found.map(({ plugin, file }) => [plugin.command, file]), [["callbackA", file]]);
});

Deno.test("plugin files in folders of the folder are found", async () => {
  await using folder = await tempFolder();
  await folder.write("group/quit.ts", pluginFile("callbackA"));
  await folder.write("message/deep/read.ts", pluginFile("callbackB"));
  assertEquals(await commandsIn(folder.path), ["callbackA", "callbackB"]);
});

Deno.test("plugin files of several folders are found", async () => {
  await using one = await tempFolder();
  await using other = await tempFolder();
  await one.write("a.ts", pluginFile("callbackA"));
  await other.write("b.ts", pluginFile("callbackB"));
  assertEquals((await commandsIn(one.path, other.path)).sort(), ["callbackA", "callbackB"]);
});

Deno.test("a folder that is named twice gives each plugin once", async () => {
  await using folder = await tempFolder();
  await folder.write("a.ts", pluginFile("callbackA"));
  assertEquals(await commandsIn(folder.path, `${folder.path}/`), ["callbackA"]);
});

Deno.test("a folder inside a named folder may be named too", async () => {
  await using folder = await tempFolder();
  await folder.write("group/a.ts", pluginFile("callbackA"));
  assertEquals(await commandsIn(folder.path, join(folder.path, "group")), ["callbackA"]);
});

Deno.test("a path with spaces, percent and hash signs is imported", async () => {
  await using folder = await tempFolder();
  await folder.write("a b/100%/c#1.ts", pluginFile("callbackA"));
  assertEquals(await commandsIn(folder.path), ["callbackA"]);
});

Deno.test("an empty folder has no plugins", async () => {
  await using folder = await tempFolder();
  assertEquals(await commandsIn(folder.path), []);
});

const passedOver = [
  "_draft.ts",
  "_shared/fields.ts",
  "read_test.ts",
  "group/read_test.ts",
  "types.d.ts",
  "README.md",
  "read.json",
];

for (const name of passedOver) {
  Deno.test(`${name} is passed over, unread`, async () => {
    await using folder = await tempFolder();
    await folder.write("read.ts", pluginFile("callbackA"));
    await folder.write(name, throwing("imported"));
    assertEquals(await commandsIn(folder.path), ["callbackA"]);
  });
}

Deno.test("a file whose name only contains test is a plugin file", async () => {
  await using folder = await tempFolder();
  await folder.write("test_read.ts", pluginFile("callbackA"));
  await folder.write("contest.ts", pluginFile("callbackB"));
  assertEquals(await commandsIn(folder.path), ["callbackB", "callbackA"]);
});

const withoutPlugin = {
  "no export": "export {};",
  "a plugin that is not the default export": pluginFile("callbackA")
    .replace("export default", "export const plugin ="),
  "a bare object": "export default { command: 'callbackA' };",
  "the default export null": "export default null;",
};

for (const [what, content] of Object.entries(withoutPlugin)) {
  Deno.test(`a file with ${what} has no plugin, and is named`, async () => {
    await using folder = await tempFolder();
    const file = await folder.write("read.ts", content);
    const [problem = "", ...more] = await problemsOf(folder.path);
    assertEquals(more, []);
    assertStringIncludes(problem, file);
    assertStringIncludes(problem, "definePlugin");
  });
}

const failing = {
  "throws an error": throwing("no such table"),
  "throws a text": 'throw "no such table";',
};

for (const [what, content] of Object.entries(failing)) {
  Deno.test(`a file that ${what} on import is named with the reason`, async () => {
    await using folder = await tempFolder();
    const file = await folder.write("read.ts", content);
    const [problem = "", ...more] = await problemsOf(folder.path);
    assertEquals(more, []);
    assertStringIncludes(problem, file);
    assertStringIncludes(problem, "no such table");
  });
}

for (
  const [what, content] of [["does not parse", "export default {"], [
    "imports what is not there",
    'import "./missing.ts";',
  ]] as const
) {
  Deno.test(`a file that ${what} is named`, async () => {
    await using folder = await tempFolder();
    const file = await folder.write("read.ts", content);
    const problems = await problemsOf(folder.path);
    assertEquals(problems.length, 1);
    assertStringIncludes(problems[0] ?? "", file);
  });
}

Deno.test("a folder that is not there is named", async () => {
  await using folder = await tempFolder();
  const missing = join(folder.path, "missing");
  const problems = await problemsOf(missing);
  assertEquals(problems.length, 1);
  assertStringIncludes(problems[0] ?? "", missing);
});

Deno.test("a file in a folder's place is named", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("read.ts", pluginFile("callbackA"));
  const problems = await problemsOf(file);
  assertEquals(problems.length, 1);
  assertStringIncludes(problems[0] ?? "", file);
});

Deno.test("every problem is reported at once, each with its file", async () => {
  await using folder = await tempFolder();
  const broken = [
    await folder.write("empty.ts", "export {};"),
    await folder.write("group/throws.ts", throwing("broken")),
    join(folder.path, "missing"),
  ];
  await folder.write("fine.ts", pluginFile("callbackA"));
  const problems = await problemsOf(folder.path, join(folder.path, "missing"));
  assertEquals(problems.length, 3);
  for (const place of broken) {
    assertEquals(problems.filter((problem) => problem.includes(place)).length, 1, place);
  }
});

Deno.test("two plugin files that claim one command are both named", async () => {
  await using folder = await tempFolder();
  const one = await folder.write("group/read.ts", pluginFile("callbackA"));
  const other = await folder.write("message/read.ts", pluginFile("callbackA"));
  const found = await discoverPlugins([folder.path]);
  const { problems } = assertThrows(() => createRegistry(found), PluginError);
  assertEquals(problems.length, 1);
  for (const part of ['"callbackA"', one, other]) assertStringIncludes(problems[0] ?? "", part);
});

Deno.test("the repository's own plugin files make a registry", async () => {
  const registry = createRegistry(await discoverPlugins([ownPlugins]));
  assertEquals(
    registry.find("callbackGroupMsgReadCommand")?.command,
    "callbackAfterGroupMsgReadCommand",
  );
});

Deno.test("every plugin's sample of the repository is a body that it takes", async () => {
  const found = await discoverPlugins([ownPlugins]);
  const refused = found.filter(({ plugin }) => !plugin.request.safeParse(plugin.sample).success);
  assertEquals(refused.map(({ file }) => file), []);
});

Deno.test("a file that waits at its top level without end is named, and others are found", async () => {
  await using folder = await tempFolder();
  const waiting = await folder.write(
    "a.ts",
    "await new Promise((done) => addEventListener('released', done));",
  );
  await folder.write("b.ts", pluginFile("callbackB"));
  const error = await assertRejects(
    () => discoverPlugins([folder.path], new PluginModules(), 2000),
    PluginError,
  );
  assertEquals(error.problems, [
    `the plugin file ${waiting} fails on import: it waits at its top level for more than 2000 ms; ` +
    'mend it, or give it a name that starts with "_" to leave it out',
  ]);
  assertEquals(error.sound.map(({ plugin }: FoundPlugin) => plugin.command), ["callbackB"]);
  // a module that never ends is an error of the runtime's
  dispatchEvent(new Event("released"));
});
