import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runRouter } from "../support/router_command.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** The longest name that is taken: lines are at their longest. */
const longest = `callback${"L".repeat(65)}Command`;

/** Runs deno with the router's settings on a folder; returns what it said where it failed. */
async function deno(args: readonly string[], folder: string): Promise<string | undefined> {
  const [task, ...options] = args;
  const config = join(root, "deno.json");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [task!, ...options, "--config", config, "."],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return success ? undefined : `${decoder.decode(stdout)}${decoder.decode(stderr)}`;
}

Deno.test("the files of a new after-callback and a new before-callback pass every check and serve", async () => {
  await using folder = await tempFolder();
  const own = join(folder.path, "own");
  const made = { after: "callbackTestedCommand", before: longest };
  for (const [timing, command] of Object.entries(made)) {
    const { code } = await runRouter(["new-plugin", command, "--timing", timing, "--folder", own]);
    assertEquals(code, 0);
  }
  for (const check of [["fmt", "--check"], ["lint"], ["check"], ["test", "--allow-all"]]) {
    assertEquals(await deno(check, own), undefined, check.join(" "));
  }
  const rules = await folder.write(
    "rules.json",
    JSON.stringify({
      plugins: { folders: ["own"] },
      callbacks: { "custom/*": { rules: [{ use: "log" }] } },
    }),
  );
  for (const command of Object.values(made)) {
    const { out } = await runRouter(["simulate", command, "--rules", rules]);
    assertMatch(out, /custom\/\*\[0\] log +pass/);
  }
});

Deno.test("new-plugin without a timing is refused with the timings that there are", async () => {
  const missing = await runRouter(["new-plugin", "callbackMyCommand"]);
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.err, "--timing <before|after>' not specified");
  const wrong = await runRouter(["new-plugin", "callbackMyCommand", "--timing", "during"]);
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.err, "before, after");
});

Deno.test("new-plugin of a known command says so, and exits with 1", async () => {
  const { code, out, err } = await runRouter([
    "new-plugin",
    "callbackAfterQuitGroupCommand",
    "--timing",
    "after",
  ]);
  assertEquals({ code, out }, { code: 1, out: "" });
  assertStringIncludes(err, "error: the router knows callbackAfterQuitGroupCommand already");
});
