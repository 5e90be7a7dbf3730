import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { eventOf, fileNameOf, pluginText } from "../../src/cli/plugin_template.ts";
import { ownPlugins } from "../support/own_plugins.ts";
import { root } from "../support/server_process.ts";

for (
  const [command, event] of [
    ["callbackMyCommand", "My"],
    ["callbackAfterMsgSaveDBCommand", "AfterMsgSaveDB"],
    ["callbackAfter2FACommand", "After2FA"],
    [`callback${"A".repeat(65)}Command`, "A".repeat(65)],
    [`callback${"A".repeat(66)}Command`, undefined],
    ["callbackCommand", undefined],
    ["callbackmyCommand", undefined],
    ["callbackMy", undefined],
    ["CallbackMyCommand", undefined],
    ["callbackMy_EventCommand", undefined],
    ["callbackMy/../EventCommand", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`the event of "${command}" is ${event ?? "none"}`, () => {
    assertEquals(eventOf(command), event);
  });
}

Deno.test("every command of the router has an event", () => {
  const without = ownPlugins.filter(({ plugin }) => eventOf(plugin.command) === undefined);
  assertEquals(without.map(({ file }) => file), []);
});

for (
  const [event, name] of [
    ["My", "my"],
    ["AfterMyEvent", "after_my_event"],
    ["AfterMsgSaveDB", "after_msg_save_db"],
    ["BeforeABCEvent", "before_abc_event"],
    ["After2FALogin", "after2_fa_login"],
  ] as const
) {
  Deno.test(`the file of the event ${event} is named ${name}`, () => {
    assertEquals(fileNameOf(event), name);
  });
}

Deno.test("only the plugin of a before-callback has overrides", () => {
  const text = (timing: "before" | "after") =>
    pluginText({ command: "callbackMyCommand", timing, area: "group" }, "@openim-router/plugin");
  assertMatch(text("before"), /^ {2}overrides: z\.object/m);
  assertNotMatch(text("after"), /overrides/);
});

Deno.test("docs/plugins.md shows the file that is written", async () => {
  const plugin = { command: "callbackMyCommand", timing: "after", area: "custom" } as const;
  const text = pluginText(plugin, "../../src/extension/define_plugin.ts");
  assertStringIncludes(await Deno.readTextFile(join(root, "docs/plugins.md")), text);
});
