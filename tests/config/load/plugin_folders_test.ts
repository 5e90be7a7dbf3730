import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { groupRead, pluginFile, type ProjectOptions, rulesProject } from "../rules_project.ts";

const quitGroup = "callbackAfterQuitGroupCommand";
const ownFolder = { plugins: { folders: ["./own"] } };

async function problemsWith(files: ProjectOptions["files"] = {}) {
  await using project = await rulesProject(ownFolder, { files });
  return await project.problems();
}

Deno.test("a plugin file in a folder beside the rules file makes a command known", async () => {
  await using project = await rulesProject(
    { ...ownFolder, callbacks: { [quitGroup]: { rules: [{ use: "log" }] } } },
    { files: { "own/group/quit.ts": pluginFile(quitGroup) } },
  );
  const { chains } = await project.load();
  assertEquals(chains.get(quitGroup)?.links.length, 1);
  assert(chains.has(groupRead));
});

Deno.test("without the router's own plugins only a project's own are known", async () => {
  await using project = await rulesProject(
    { plugins: { builtin: false, folders: ["own"] } },
    { files: { "own/quit.ts": pluginFile(quitGroup) } },
  );
  const { registry } = await project.load();
  assertEquals(registry.plugins.map(({ command }) => command), [quitGroup]);
});

Deno.test("a plugin folder that is not there is an error at the plugins section", async () => {
  const [problem, ...others] = await problemsWith();
  assertEquals(
    problem,
    'rules.json:1:12 plugins: there is no plugin folder own; make it, or correct its path in "folders", which begins at the rules file',
  );
  assertEquals(others, []);
});

Deno.test("a plugin file that throws is an error that names the file and the reason", async () => {
  const [problem] = await problemsWith({ "own/broken.ts": 'throw new Error("out of order");' });
  assertStringIncludes(problem!, "the plugin file own/broken.ts fails on import: out of order");
});

Deno.test("a plugin file without a plugin is an error that names the remedy", async () => {
  const [problem] = await problemsWith({ "own/empty.ts": "export default {};" });
  assertStringIncludes(
    problem!,
    "the plugin file own/empty.ts has no plugin: its default export has to be definePlugin({...})",
  );
});

Deno.test("two plugins of one command are an error that names both files", async () => {
  const [problem] = await problemsWith({ "own/again.ts": pluginFile(groupRead) });
  assertStringIncludes(problem!, `"${groupRead}" is claimed by two plugins: `);
  assertStringIncludes(problem!, "own/again.ts");
  assertStringIncludes(problem!, "plugins/read.ts");
});

Deno.test("every plugin problem is reported at once", async () => {
  const problems = await problemsWith({
    "own/broken.ts": 'throw new Error("out of order");',
    "own/empty.ts": "export default {};",
  });
  assertEquals(problems.length, 2);
});

Deno.test("a test beside a plugin file is no plugin file", async () => {
  assertEquals(await problemsWith({ "own/quit_test.ts": "export {};" }), []);
});
