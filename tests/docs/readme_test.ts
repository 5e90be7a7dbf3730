import { assert, assertEquals } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import type { RuleDefinition } from "../../src/extension/define_rule.ts";
import { examplesOf, placeExample } from "./rules_examples.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("the rule that CONTRIBUTING shows is one that can be loaded", async () => {
  const page = await Deno.readTextFile(join(root, "CONTRIBUTING.md"));
  const [, section = ""] = page.split("## Add a rule");
  const code = /```ts\n(.*?)```/s.exec(section)?.[1] ?? "";
  await using folder = await tempFolder();
  // as if it stood in src/rules/
  const placed = code.replaceAll('"../', `"${toFileUrl(join(root, "src"))}/`);
  const file = await folder.write("greet.ts", placed);
  const { greet }: { greet: RuleDefinition } = await import(toFileUrl(file).href);
  assertEquals(greet.use, "greet");
  for (const option of Object.values(greet.options.shape)) {
    assert((option as { description?: string }).description, "every option has a description");
  }
});

Deno.test("the README's rules files can be loaded", async () => {
  const readme = await Deno.readTextFile(join(root, "README.md"));
  const files = examplesOf(readme).filter(({ text }) => text.includes('"callbacks"'));
  assert(files.length > 0);
  for (const file of files) {
    await using placed = await placeExample(file);
    assertEquals((await placed.load()).warnings, []);
  }
});

Deno.test("deno task start is allowed the kinds of things that rules files need, and nothing else", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const [watch, start] = (tasks.start.command as string).split(" & ");
  assertEquals(watch, "deno run --quiet --cached-only --allow-all src/cli/npx_watch.ts");
  const allowed = start!.match(/--allow-\S+/g);
  assertEquals(allowed, [
    "--allow-net",
    "--allow-read",
    "--allow-write=data,logs",
    "--allow-env",
  ]);
});

Deno.test("the README has under 200 lines: what is longer has a page of its own", async () => {
  const readme = await Deno.readTextFile(join(root, "README.md"));
  assert(readme.split("\n").length <= 200);
});
