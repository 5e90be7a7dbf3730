import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listPlugins } from "../../src/cli/plugins.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { pluginFile } from "../config/rules_project.ts";
import { commands } from "../support/catalogue.ts";
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

Deno.test("the router's own commands are listed with their aliases", async () => {
  const line = (await listed({})).split("\n").find((line) =>
    line.startsWith("callbackAfterGroupMsgReadCommand ")
  );
  assertStringIncludes(line ?? "", "callbackGroupMsgReadCommand");
});

/** The cells of the lines, which two blanks or more separate. */
const cells = (output: string) => output.split("\n").map((line) => line.split(/ {2,}/));

Deno.test("a command is listed with its timing, area and aliases", async () => {
  const output = await listed({ plugins: { builtin: false, folders: ["own"] } });
  const [head, line] = cells(output);
  assertEquals(head, ["command", "timing", "area", "versions", "webhooks.yml key", "aliases"]);
  assertEquals(line, [own, "after", "message", "-", "-", "callbackOwnCommand"]);
});

const builtin = {
  callbackBeforeMembersJoinGroupCommand: ["from v3.0.0-alpha.0", "beforeMemberJoinGroup"],
  callbackAfterMsgSaveDBCommand: ["main only", "afterMsgSaveDB"],
  callbackWordFilterCommand: ["v2.0.2 to v2.3.3", "callbackWordFilter"],
};

for (const [command, [versions, key]] of Object.entries(builtin)) {
  Deno.test(`${command} is listed with the versions and the key ${key}`, async () => {
    const line = cells(await listed({})).find(([name]) => name === command);
    assertEquals(line?.slice(3, 5), [versions, key]);
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
  assertStringIncludes(error.message, "nowhere cannot be read");
});
