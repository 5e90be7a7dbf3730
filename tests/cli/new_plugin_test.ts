import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newPlugin, type NewPluginOptions } from "../../src/cli/new_plugin.ts";
import { fileNameOf } from "../../src/cli/plugin_template.ts";
import { UsageError } from "../../src/cli/terminal.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const command = "callbackAfterMyEventCommand";

/** Writes a plugin into a folder; returns what was printed. */
async function written(folder: TempFolder, options: Partial<NewPluginOptions> = {}) {
  const terminal = recordedTerminal();
  await newPlugin(
    { command, timing: "after", area: "custom", folder: folder.path, ...options },
    terminal,
  );
  return terminal.output;
}

async function filesIn(folder: TempFolder): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name)).sort();
}

Deno.test("an event that ends in test gets a file that is taken for a plugin", () => {
  assertEquals(fileNameOf("AfterLoadTest"), "after_load_test_event");
  assertEquals(fileNameOf("Test"), "test_event");
  assertEquals(fileNameOf("AfterContest"), "after_contest");
});

Deno.test("a plugin file and its test are written, and what to do next is said", async () => {
  await using folder = await tempFolder();
  const output = await written(folder);
  assertEquals(await filesIn(folder), ["after_my_event.ts", "after_my_event_test.ts"]);
  assertStringIncludes(output, "after_my_event.ts\n");
  assertStringIncludes(output, `"plugins": { "folders": ["${folder.path}"] }`);
  assertStringIncludes(output, `deno task simulate ${command}\n`);
});

Deno.test("a folder that is not there is made", async () => {
  await using folder = await tempFolder();
  await written(folder, { folder: join(folder.path, "mine", "deep") });
  assertEquals(await filesIn(folder), ["mine"]);
});

for (const taken of ["after_my_event.ts", "after_my_event_test.ts"]) {
  Deno.test(`where ${taken} is there, nothing is written and nothing replaced`, async () => {
    await using folder = await tempFolder();
    await folder.write(taken, "mine");
    await assertRejects(() => written(folder), UsageError, `${taken} is there already`);
    assertEquals(await filesIn(folder), [taken]);
    assertEquals(await Deno.readTextFile(join(folder.path, taken)), "mine");
  });
}

for (
  const [what, options, says] of [
    ["a name that is no command's", { command: "myCommand" }, '"myCommand" is no command\'s name'],
    ["an area that is no word", { area: "../x" }, '"../x" is no area\'s name'],
    [
      "a command that the router knows",
      { command: "callbackAfterQuitGroupCommand" },
      "the router knows callbackAfterQuitGroupCommand already; write rules for it",
    ],
    [
      "an older name of a command",
      { command: "callbackGroupMsgReadCommand" },
      "already, as an older name of callbackAfterGroupMsgReadCommand",
    ],
  ] as const
) {
  Deno.test(`${what} is refused, and nothing is written`, async () => {
    await using folder = await tempFolder();
    await assertRejects(() => written(folder, options), UsageError, says);
    assertEquals(await filesIn(folder), []);
  });
}
