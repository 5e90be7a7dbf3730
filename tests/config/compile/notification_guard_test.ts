/** Which refusals `check` warns of, because they meet the server's own notifications. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { compileChains } from "../../../src/config/compile/compile_chains.ts";
import { pathText } from "../../../src/config/source/config_error.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";
import { ruleDefinitions } from "../../../src/rules/list.ts";
import { ownRegistry } from "../../support/own_plugins.ts";
import { ruleServices } from "../../support/rule_services.ts";

type Rules = readonly object[];

const group = "callbackBeforeSendGroupMsgCommand";
const single = "callbackBeforeSendSingleMsgCommand";
const groupPush = "callbackBeforeGroupOnlinePushCommand";
const push = "callbackBeforeOnlinePushCommand";
const carrying = [group, single, groupPush, push];

/** The warnings of a rules file that speak of notifications, each with its place. */
function warningsOf(file: object): readonly string[] {
  const { callbacks, chains, targets, openim } = rulesFile.parse(file);
  const { problems, warnings } = compileChains({ callbacks, chains, targets, openim }, {
    registry: ownRegistry,
    definitions: ruleDefinitions,
    services: ruleServices({ files: { read: () => "casino" } }),
  });
  assertEquals(problems, []);
  return warnings.filter(({ message }) => message.includes("notifications"))
    .map(({ path, message }) => `${pathText(path)}: ${message}`);
}

/** Where the rules of one command are warned of, inside of its chain. */
function places(rules: Rules, command = group, version?: string): readonly string[] {
  const targets = { moderation: { url: "https://a.example/" } };
  const openim = version === undefined ? {} : { openim: { version } };
  return warningsOf({ targets, callbacks: { [command]: { rules } }, ...openim })
    .map((line) => line.slice(`callbacks.${command}.`.length, line.indexOf(": ")));
}

const refuse = (when?: string) => ({ use: "refuse", message: "no", ...when && { when } });
const guard = "!isNotification(contentType)";

for (const command of carrying) {
  Deno.test(`a refusal of ${command} that notifications meet is warned of, with the remedy`, () => {
    const [warning = ""] = warningsOf({ callbacks: { [command]: { rules: [refuse()] } } });
    assertStringIncludes(warning, `callbacks.${command}.rules[0].use: `);
    assertStringIncludes(warning, `add "${guard}"`);
    assertEquals(places([refuse(guard)], command), []);
  });
}

Deno.test("no other command carries notifications", () => {
  const others = ownRegistry.plugins.filter(({ command, timing }) =>
    timing === "before" && !carrying.includes(command)
  );
  for (const { command } of others) assertEquals(places([refuse()], command), [], command);
});

for (
  const when of [
    guard,
    `groupID == 'announcements' && ${guard}`,
    `${guard} && groupID == 'announcements'`,
    "!(isNotification(contentType) || groupID == 'g1')",
    "contentType == 101",
    "contentType in [101, 106]",
    "contentType < 1000",
    "contentType > 5000",
    "isNotification(contentType) ? false : groupID == 'g1'",
    "text(content).contains('http')",
    "size(text(content)) > 100 && sendID != 'u1'",
    "content != ''",
    "content.matches('casino')",
    "!isNotification(body.contentType)",
    "has(body.contentType) && body.contentType == 101",
    "!(has(body.contentType) && isNotification(body.contentType)) && body.groupID == 'g1'",
    `command == '${single}'`,
    "atUserList != null && atUserList.exists(u, u == 'AtAllTag' && contentType == 106)" +
    " && contentType == 106",
  ]
) {
  Deno.test(`a condition that no notification meets keeps them away: ${when}`, () => {
    assertEquals(places([refuse(when)]), []);
  });
}

for (
  const when of [
    "groupID == 'announcements'",
    `groupID == 'announcements' || ${guard}`,
    "isNotification(contentType)",
    "contentType != 1519",
    "contentType != 101",
    "!isReadReceipt(contentType)",
    "contentType == 1511",
    "!text(content).contains('please')",
    "size(text(content)) < 3",
    "atUserList == null",
    "!fromRestApi(msgFrom)",
    "body.groupID == 'g1'",
    "!has(body.contentType)  || body.groupID == 'g1'",
    `command == '${group}'`,
    "size(body) > 3",
    "body.exists(name, name == 'groupID')",
    "has(body.groupID)",
  ]
) {
  Deno.test(`a condition that a notification may meet is warned of: ${when}`, () => {
    assertEquals(places([refuse(when)]), ["rules[0].use"]);
  });
}

Deno.test("the content of a notification that is pushed is not known", () => {
  assertEquals(places([refuse("text(content).contains('http')")], groupPush), ["rules[0].use"]);
});

for (
  const [name, rule] of [
    ["a limit", { use: "limit", rate: "20/1m" }],
    ["a target that is waited for", { use: "forward", to: "moderation", wait: true }],
    ["words in another field", {
      use: "words",
      words: ["casino"],
      action: "refuse",
      field: "senderNickname",
    }],
  ] as const
) {
  Deno.test(`${name} may refuse notifications, and is warned of`, () => {
    assertEquals(places([rule]), ["rules[0].use"]);
    assertEquals(places([{ ...rule, when: guard }]), []);
  });
}

for (
  const [name, rule] of [
    ["a limit that tags", { use: "limit", rate: "20/1m", action: "tag", tag: "fast" }],
    ["a target that is not waited for", { use: "forward", to: "moderation" }],
    ["words in the content, which is empty", { use: "words", words: ["casino"], action: "refuse" }],
    ["words that tag", { use: "words", words: ["casino"], action: "tag", tag: "spam" }],
    ["a count", { use: "count", name: "sent" }],
  ] as const
) {
  Deno.test(`${name} refuses no notification`, () => assertEquals(places([rule]), []));
}

Deno.test("the condition of a group around a refusal keeps notifications away", () => {
  const inner = { when: "groupID == 'g1'", rules: [refuse()] };
  assertEquals(places([{ when: guard, rules: [inner] }]), []);
  assertEquals(places([inner]), ["rules[0].rules[0].use"]);
  assertEquals(places([{ when: "isNotification(contentType)", rules: [refuse()] }]), [
    "rules[0].rules[0].use",
  ]);
});

Deno.test("the other side of a group's condition is as good", () => {
  const onlyElse = (when: string) => [{ when, rules: [{ use: "log" }], else: [refuse()] }];
  assertEquals(places(onlyElse("isNotification(contentType)")), []);
  assertEquals(places(onlyElse("isNotification(contentType) || sendID == 'support'")), []);
  assertEquals(places(onlyElse("sendID == 'support'")), ["rules[0].else[0].use"]);
});

Deno.test("two conditions that keep notifications away together are enough", () => {
  const lower = { when: "contentType < 1500", rules: [refuse("contentType > 1400")] };
  assertEquals(places([lower]), []);
});

Deno.test("the condition of a named chain keeps notifications away where it is used", () => {
  const file = (when?: string) => ({
    chains: { pace: [refuse("sendID == 'u1'")] },
    callbacks: { [group]: { rules: [{ use: "chain", chain: "pace", ...when && { when } }] } },
  });
  assertEquals(warningsOf(file(guard)), []);
  const [warning = "", ...more] = warningsOf(file());
  assertStringIncludes(warning, "chains.pace[0].use: ");
  assertEquals(more, []);
});

Deno.test("a chain for many commands is told a guard that all of them take", () => {
  const shared = (rule: object) => ({ callbacks: { "before:*": { rules: [rule] } } });
  const [warning = ""] = warningsOf(shared(refuse()));
  const told = "!(has(body.contentType) && isNotification(body.contentType))";
  assertStringIncludes(warning, `add "${told}"`);
  assertEquals(warningsOf(shared(refuse(told))), []);
});

for (
  const [command, version, warned] of [
    [group, "3.8.3", true],
    [group, "3.8.3-patch.16", true],
    [group, "2.3.3", true],
    [group, "main", false],
    [single, "3.8.1", true],
    [single, "3.8.2", false],
    [single, "3.8.3", false],
    [groupPush, "main", true],
    [push, "3.8.3", true],
  ] as const
) {
  Deno.test(`with OpenIM ${version} a refusal of ${command} is ${warned ? "" : "not "}warned of`, () => {
    assertEquals(places([refuse()], command, version).length > 0, warned);
  });
}

Deno.test("a version that is none is an error with an example", () => {
  const { error } = rulesFile.safeParse({ openim: { version: "latest" } });
  assertStringIncludes(error!.message, 'expected a version such as \\"3.8.3\\"');
});
