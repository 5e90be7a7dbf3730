import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listPlugins } from "../../src/cli/plugins.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { pluginFile } from "../config/rules_project.ts";
import { commands } from "../support/catalogue.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const own = "callbackAfterOwnCommand";

async function listed(rules: object, files: Readonly<Record<string, string>> = {}) {
  await using folder = await tempFolder();
  await folder.write("own/plugin.ts", pluginFile(own, { aliases: ["callbackOwnCommand"] }));
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  const terminal = recordedTerminal();
  await listPlugins(await folder.write("rules.json", JSON.stringify(rules)), terminal);
  return terminal.output;
}

/** The cells of the lines, which two blanks or more separate. */
const cells = (output: string) => output.split("\n").map((line) => line.trim().split(/ {2,}/));

Deno.test("a command is listed under its area, with its timing and its other names", async () => {
  const lines = (await listed({ plugins: { builtin: false, folders: ["own"] } })).split("\n");
  assertEquals(lines[0]?.split(/ {2,}/), ["command", "timing", "since", "webhooks.yml key"]);
  assertEquals(lines.slice(1, 4).map((line) => line.replace(/(?<=\S) {2,}/g, "  ")), [
    "message/*",
    `  ${own}  after  -  -`,
    "    or callbackOwnCommand",
  ]);
});

Deno.test("every area has one heading, and its commands below it", async () => {
  const heads = (await listed({})).split("\n").filter((line) => line.endsWith("/*"));
  const areas = [...new Set(ownRegistry.plugins.map(({ area }) => `${area}/*`))];
  assertEquals(heads, areas);
});

Deno.test("every other name stands below its command", async () => {
  const names = (await listed({})).split("\n").filter((line) => line.startsWith("  "))
    .map((line) => line.trim().replace(/^or /, "").split(" ")[0]);
  const expected = ownRegistry.plugins.flatMap(({ command, aliases }) => [command, ...aliases]);
  assertEquals(names, expected);
});

Deno.test("the list fits into 120 columns", async () => {
  const long = (await listed({})).split("\n").filter((line) => line.length > 120);
  assertEquals(long, []);
});

const builtin = {
  callbackBeforeMembersJoinGroupCommand: ["v3.0.0-alpha.0", "beforeMemberJoinGroup"],
  callbackAfterMsgSaveDBCommand: ["main", "afterMsgSaveDB"],
  callbackWordFilterCommand: ["v2.0.2 to v2.3.3", "callbackWordFilter"],
};

for (const [command, [since, key]] of Object.entries(builtin)) {
  Deno.test(`${command} is listed with its versions, ${since}, and the key ${key}`, async () => {
    const line = cells(await listed({})).find(([name]) => name === command);
    assertEquals(line?.slice(2), [since, key]);
  });
}

Deno.test("every command that OpenIM has or had is listed", async () => {
  const lines = new Set(cells(await listed({})).map(([name]) => name));
  assertEquals(commands.filter(({ command }) => !lines.has(command)), []);
});

Deno.test("the commands of a rules file's own folders are listed too", async () => {
  const output = await listed({ plugins: { folders: ["own"] } });
  assertStringIncludes(output, own);
  assertStringIncludes(output, "callbackAfterGroupMsgReadCommand");
});

Deno.test("the list ends with the number of commands", async () => {
  const rules = { plugins: { builtin: false, folders: ["own"] } };
  const another = { "own/another.ts": pluginFile("callbackAfterAnotherCommand") };
  const lastLines = [await listed(rules), await listed(rules, another)].map((output) =>
    output.trimEnd().split("\n").at(-1)
  );
  assertEquals(lastLines, ["1 command", "2 commands"]);
});

Deno.test("a plugin folder that is not there is a ConfigError", async () => {
  const error = await assertRejects(
    () => listed({ plugins: { folders: ["nowhere"] } }),
    ConfigError,
  );
  assertStringIncludes(error.message, "there is no plugin folder");
});
