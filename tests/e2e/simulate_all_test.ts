import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runRouter } from "../support/router_command.ts";
import { groupRead, writeRules } from "../support/router_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("simulate --all of the default rules runs every sample and exits with 0", async () => {
  const { code, out, err } = await runRouter(["simulate", "--all"]);
  assertEquals({ code, err }, { code: 0, err: "" });
  assertMatch(out, new RegExp(`^${groupRead} +log > count +pass +continue$`, "m"));
  assertMatch(out, /\n\d+ samples pass\n$/);
});

Deno.test("simulate --all exits with 1 when a rule fails, and still prints every line", async () => {
  await using folder = await tempFolder();
  const failing = { use: "log", fields: ["unreadMsgNum / 0"] };
  const rules = await writeRules(folder, { callbacks: { [groupRead]: { rules: [failing] } } });
  const { code, out, err } = await runRouter(["simulate", "--all", "--rules", rules]);
  assertEquals(code, 1);
  assertMatch(out, /^callbackWordFilterCommand /m);
  assertMatch(err, /^1 of \d+ samples failed\n$/);
});

for (
  const { args, says } of [
    { args: [], says: "name a command, or give --all" },
    { args: [groupRead, "--all"], says: "leave out the command and --body" },
    { args: ["--all", "--body", "-"], says: "leave out the command and --body" },
  ]
) {
  Deno.test(`simulate ${args.join(" ") || "alone"} is refused with what to give`, async () => {
    const { code, err } = await runRouter(["simulate", ...args]);
    assertEquals(code, 1);
    assertStringIncludes(err, says);
  });
}
