import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { parse } from "yaml";
import { webhooks } from "../../src/cli/webhooks.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import type { Webhook } from "../../src/extension/define_plugin.ts";
import { pluginFile } from "../config/rules_project.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const url = "http://127.0.0.1:10006/callbackExample";
const groupRead = "callbackAfterGroupMsgReadCommand";
const log = { rules: [{ use: "log" }] };

/** The text of the file for a rules file's sections; own plugins are named with their webhook. */
async function written(
  rules: { readonly callbacks?: object; readonly [section: string]: unknown },
  own: Readonly<Record<string, Webhook | undefined>> = {},
): Promise<string> {
  await using folder = await tempFolder();
  for (const [command, webhook] of Object.entries(own)) {
    const text = pluginFile(command).replace(
      "sample:",
      `${webhook === undefined ? "" : `webhook: ${JSON.stringify(webhook)},`} sample:`,
    );
    await folder.write(`own/${command}.ts`, text);
  }
  const folders = Object.keys(own).length === 0 ? [] : ["own"];
  const file = await folder.write("rules.json", JSON.stringify({ plugins: { folders }, ...rules }));
  const terminal = recordedTerminal();
  await webhooks({ rules: file }, terminal);
  return terminal.output;
}

/** The comment lines right above a key. */
function notesAbove(text: string, key: string): readonly string[] {
  const lines = text.split("\n");
  const end = lines.indexOf(`${key}:`);
  const start = lines.findLastIndex((line, index) => index < end && !line.startsWith("#"));
  return lines.slice(start + 1, end).map((line) => line.slice(2));
}

Deno.test("the commands with rules are switched on, and no others", async () => {
  const text = await written({
    callbacks: { [groupRead]: log, "callbackAfterQuitGroupCommand": {} },
  });
  assertEquals(parse(text), {
    url,
    afterGroupMsgRead: { enable: true, timeout: 5 },
  });
  assertEquals(notesAbove(text, "afterGroupMsgRead"), [groupRead]);
});

Deno.test("a chain of all commands switches on every key that a current server has", async () => {
  const { url: _, ...entries } = parse(await written({ callbacks: { "*": log } }));
  const current = ownRegistry.plugins.flatMap(({ webhook }) =>
    webhook === undefined || webhook.until !== undefined ? [] : [webhook.key]
  );
  assertEquals(Object.keys(entries), current);
});

Deno.test("a chain of an area switches on the keys of its commands", async () => {
  const { url: _, ...entries } = parse(await written({ callbacks: { "presence/*": log } }));
  assertEquals(Object.keys(entries), ["afterUserKickOff", "afterUserOffline", "afterUserOnline"]);
});

Deno.test("entries have the keys that OpenIM's own have, failedContinue for before-callbacks alone", async () => {
  const { url: _, ...entries } = parse(await written({ callbacks: { "*": log } }));
  for (const { timing, webhook } of ownRegistry.plugins) {
    const entry = entries[webhook?.key ?? ""];
    if (entry === undefined) continue;
    const keys = timing === "before"
      ? ["enable", "timeout", "failedContinue"]
      : ["enable", "timeout"];
    assertEquals(Object.keys(entry), keys, webhook?.key);
  }
});

Deno.test("a rules file without rules switches nothing on", async () => {
  assertEquals(parse(await written({})), { url });
});

for (
  const [budget, timeout] of [
    ["1ms", 2],
    ["1s", 2],
    ["1001ms", 3],
    ["4s", 5],
    ["14s", 15],
    ["14500ms", 15],
    ["1m", 15],
  ] as const
) {
  Deno.test(`a chain with a budget of ${budget} is waited for ${timeout} seconds`, async () => {
    const text = await written({ callbacks: { [groupRead]: { ...log, budget } } });
    assertEquals(parse(text).afterGroupMsgRead.timeout, timeout);
  });
}

Deno.test("a budget that is longer than OpenIM ever waits is told", async () => {
  const text = await written({ callbacks: { [groupRead]: { ...log, budget: "15s" } } });
  assertMatch(text, /^# the chain's budget of 15000 ms is more than OpenIM waits; lower it$/m);
  const fitting = await written({ callbacks: { [groupRead]: { ...log, budget: "14999ms" } } });
  assertNotMatch(fitting, /more than OpenIM waits/);
});

for (
  const [command, key, note] of [
    [
      "callbackAfterMsgSaveDBCommand",
      "afterMsgSaveDB",
      "the main branch alone: up to v3.8.3 the key does nothing",
    ],
    [
      "callbackAfterAddFriendAgreeCommand",
      "afterAddFriendAgree",
      "since v3.8.1-rc.4: before, the key does nothing",
    ],
    [
      "callbackAfterUserKickOffCommand",
      "afterUserKickOff",
      "not sent by any v3: there, the key does nothing",
    ],
    [
      "callbackBeforeAddBlackCommand",
      "beforeAddBlack",
      "not sent by v3.5.0 to v3.8.1-rc.3: there, the key does nothing",
    ],
  ] as const
) {
  Deno.test(`of ${key} it is told in which versions it does nothing`, async () => {
    const text = await written({ callbacks: { [command]: log } });
    assertEquals(notesAbove(text, key), [command, note]);
  });
}

for (
  const [command, key, version, told] of [
    ["callbackAfterMsgSaveDBCommand", "afterMsgSaveDB", "main", false],
    ["callbackAfterMsgSaveDBCommand", "afterMsgSaveDB", "3.8.3", true],
    ["callbackAfterAddFriendAgreeCommand", "afterAddFriendAgree", "3.8.3", false],
    ["callbackAfterAddFriendAgreeCommand", "afterAddFriendAgree", "3.7.0", true],
  ] as const
) {
  Deno.test(`with OpenIM ${version} it is ${told ? "" : "not "}told that ${key} may do nothing`, async () => {
    const text = await written({ openim: { version }, callbacks: { [command]: log } });
    assertEquals(notesAbove(text, key).length, told ? 2 : 1);
  });
}

Deno.test("a command that was dropped is told with its versions, and has no key", async () => {
  const text = await written({ callbacks: { callbackWordFilterCommand: log } });
  assertEquals(parse(text), { url });
  assertMatch(
    text,
    /^# {3}callbackWordFilterCommand: v2.0.2 to v2.3.3 alone, by callbackWordFilter in config.yaml$/m,
  );
});

Deno.test("a command whose plugin names no key is told", async () => {
  const own = "callbackAfterOwnCommand";
  const text = await written({ callbacks: { [own]: log } }, { [own]: undefined });
  assertEquals(parse(text), { url });
  assertMatch(text, /^# {3}callbackAfterOwnCommand: its plugin names no key$/m);
});

const shared: Readonly<Record<string, Webhook>> = {
  callbackAfterOneCommand: { key: "afterBoth", since: "v3.5.0" },
  callbackAfterOtherCommand: { key: "afterBoth", since: "v3.5.0" },
};

Deno.test("commands that share a key are told, and the longest budget counts", async () => {
  const callbacks = {
    callbackAfterOneCommand: { ...log, budget: "2s" },
    callbackAfterOtherCommand: { ...log, budget: "7s" },
  };
  const text = await written({ callbacks }, shared);
  assertEquals(parse(text).afterBoth.timeout, 8);
  assertEquals(notesAbove(text, "afterBoth"), [
    "callbackAfterOneCommand, callbackAfterOtherCommand",
    "one key for 2 commands",
  ]);
});

Deno.test("a command without rules that a shared key switches on too is told", async () => {
  const text = await written({ callbacks: { callbackAfterOtherCommand: log } }, shared);
  assertEquals(notesAbove(text, "afterBoth"), [
    "callbackAfterOtherCommand",
    "one key for 2 commands",
    "switches on callbackAfterOneCommand too, which has no rules",
  ]);
});

Deno.test("that the URL is the machine's own view is told where none is given", async () => {
  assertMatch(await written({}), /^# url: as this machine reaches the router/m);
  await using folder = await tempFolder();
  const terminal = recordedTerminal();
  const rules = await folder.write("rules.json", "{}");
  await webhooks({ rules, url: "https://im.example.com/hook/" }, terminal);
  assertEquals(parse(terminal.output), { url: "https://im.example.com/hook" });
  assertNotMatch(terminal.output, /as this machine/);
});

Deno.test("a bad rules file is a ConfigError", async () => {
  await assertRejects(() => written({ callbacks: { callbackNoneCommand: log } }), ConfigError);
});
