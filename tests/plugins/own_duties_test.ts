/** The answers of this repository's plugins that would crash or corrupt a server. */
import { assertEquals } from "@std/assert";
import { applyDuties, dutiesFor } from "../../src/openim/answer_duties.ts";
import { aCallback } from "../support/callbacks.ts";
import { ownRegistry } from "../support/own_plugins.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What an answer carries in reply to the command's sample with changes. */
function answerTo(command: string, overrides: Fields, changes: Fields = {}) {
  const plugin = ownRegistry.find(command)!;
  const callback = aCallback({ command, request: { ...plugin.sample, ...changes } });
  const { fields, dropped } = applyDuties(overrides, callback, plugin);
  return { fields, dropped: dropped.map(({ field }) => field) };
}

const echoes: Readonly<Record<string, Fields>> = {
  callbackBeforeSetGroupInfoCommand: {
    groupID: "3047716255",
    groupName: "Saturday hikers",
    faceURL: "",
    introduction: "",
  },
  callbackBeforeSetGroupInfoExCommand: {
    groupID: "3047716255",
    groupName: "Saturday hikers",
    faceURL: null,
    introduction: null,
    ex: null,
    needVerification: 1,
    lookMemberInfo: null,
    applyMemberFriend: null,
  },
  callbackBeforeSetFriendRemarkCommand: { remark: "Bob (hiking)" },
  callbackWordFilterCommand: { content: "See you at the trailhead at nine" },
};

for (const { command } of ownRegistry.plugins) {
  Deno.test(`a plain answer to ${command} returns ${echoes[command] ? "its echo" : "nothing"}`, () => {
    assertEquals(answerTo(command, {}).fields, echoes[command] ?? {});
  });
}

const modify = "callbackBeforeMsgModifyCommand";
const members = "callbackBeforeMembersJoinGroupCommand";
const userInfoEx = "callbackBeforeUpdateUserInfoExCommand";
const offlinePush = "callbackBeforeOfflinePushCommand";
const message = '{"content":"***"}';

interface Case {
  readonly command: string;
  readonly overrides: Fields;
  readonly changes?: Fields;
  /** What is sent of the overrides; all of them when left out. */
  readonly sent?: Fields;
}

const forbidden: Readonly<Record<string, Case>> = {
  "a member entry without userID": {
    command: members,
    overrides: {
      memberCallbackList: [{ userID: "u1", ex: "x" }, { ex: "x" }, { userID: null }, null],
    },
    sent: { memberCallbackList: [{ userID: "u1", ex: "x" }] },
  },
  "push info for a message of which nobody knows whether it has some": {
    command: modify,
    overrides: { offlinePushInfo: { title: "New" }, ex: "x" },
    sent: { ex: "x" },
  },
  "message content that is plain text": {
    command: modify,
    overrides: { content: "***" },
    sent: {},
  },
  "message content that is a JSON list": {
    command: modify,
    overrides: { content: '["***"]' },
    sent: {},
  },
  "a user's field that is null in the request": {
    command: userInfoEx,
    overrides: { nickName: "New", faceURL: "https://example.com/a.png", ex: "x" },
    sent: { nickName: "New" },
  },
  "receivers of the offline push of a one-to-one message": {
    command: offlinePush,
    overrides: { userIDList: ["u1"] },
    sent: {},
  },
  "receivers of the offline push of a notification": {
    command: offlinePush,
    overrides: { userIDList: ["u1"] },
    changes: { sessionType: 4 },
    sent: {},
  },
};

for (const [what, { command, overrides, changes, sent }] of Object.entries(forbidden)) {
  Deno.test(`an answer never carries ${what}`, () => {
    const { fields, dropped } = answerTo(command, overrides, changes);
    assertEquals(fields, sent);
    const changed = Object.keys(overrides).filter((field) => sent?.[field] !== overrides[field]);
    assertEquals(dropped, changed);
  });
}

for (
  const command of ["callbackBeforeSetGroupInfoCommand", "callbackBeforeSetGroupInfoExCommand"]
) {
  Deno.test(`an answer to ${command} never loses the group`, () => {
    const { fields, dropped } = answerTo(command, { groupID: "" });
    assertEquals([fields, dropped], [echoes[command], ["groupID"]]);
  });
}

const harmless: Readonly<Record<string, Case>> = {
  "member entries with userID": {
    command: members,
    overrides: { memberCallbackList: [{ userID: "u1", muteEndTime: 9_007_199_254_740_993n }] },
  },
  "no member entries": { command: members, overrides: { memberCallbackList: [] } },
  "null in place of member entries": { command: members, overrides: { memberCallbackList: null } },
  "null in place of push info": { command: modify, overrides: { offlinePushInfo: null } },
  "message content that is a JSON object": { command: modify, overrides: { content: message } },
  "null in place of message content": { command: modify, overrides: { content: null } },
  "plain content for a message of plain content": {
    command: modify,
    overrides: { content: "***" },
    changes: { content: "plain" },
  },
  "a user's field that the request has": { command: userInfoEx, overrides: { nickName: "New" } },
  "null for a user's field that is null": { command: userInfoEx, overrides: { ex: null } },
  "receivers of the offline push of a group message": {
    command: offlinePush,
    overrides: { userIDList: ["u1"] },
    changes: { sessionType: 3 },
  },
  "an empty list of receivers": { command: offlinePush, overrides: { userIDList: [] } },
};

for (const [what, { command, overrides, changes }] of Object.entries(harmless)) {
  Deno.test(`an answer may carry ${what}`, () => {
    assertEquals(answerTo(command, overrides, changes), { fields: overrides, dropped: [] });
  });
}

for (
  const [version, sent] of [
    [undefined, false],
    ["3.7.0", false],
    ["3.8.1", false],
    ["3.6.0", true],
    ["3.8.1-rc.4", false],
    ["3.8.2", true],
    ["3.8.3", true],
    ["main", true],
  ] as const
) {
  const whether = sent ? "sent" : "held back";
  Deno.test(`users of a one-to-one push are ${whether} with OpenIM ${version ?? "of no known version"}`, () => {
    const plugin = ownRegistry.find(offlinePush)!;
    const callback = aCallback({ command: offlinePush, request: plugin.sample });
    const users = { userIDList: ["u1"] };
    const { fields } = applyDuties(users, callback, dutiesFor(plugin, version));
    assertEquals(fields, sent ? users : {});
  });
}

Deno.test("a known version lets go of no guard that is for every version", () => {
  for (const version of ["2.3.3", "3.8.3", "main"]) {
    const { guards } = dutiesFor(ownRegistry.find(members)!, version);
    assertEquals(Object.keys(guards), ["memberCallbackList"]);
  }
});
