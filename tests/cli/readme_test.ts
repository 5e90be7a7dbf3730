/** What the README shows of rules files with tests is what `check` says of them. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { check } from "../../src/cli/check.ts";
import { RulesTestError } from "../../src/config/rule_tests/run_rules_tests.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const readme = await Deno.readTextFile(join(root, "README.md"));

/** The rules files that the README shows with tests. */
const shown = [...readme.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => text!)
  .filter((text) => text.includes('"tests": ['));

Deno.test("the tests of every rules file in the README pass", async () => {
  await using folder = await tempFolder();
  for (const text of shown) {
    const terminal = recordedTerminal();
    await check(await folder.write("rules.json", text), terminal);
    const { tests } = JSON.parse(text);
    assertStringIncludes(terminal.output, `\n${tests.length} test`);
    assertEquals(terminal.errors, "");
  }
});

Deno.test("the README shows what check says of its rules file with one message fewer", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("slow.json", shown[0]!.replace('"times": 20', '"times": 19'));
  const error = await assertRejects(() => check(file, recordedTerminal()), RulesTestError);
  assertStringIncludes(readme, `\n${error.message.replace(file, "slow.json")}\n`);
});
