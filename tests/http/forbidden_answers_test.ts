/** Answers that crash a server or lose what a user did, through the listener. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { override } from "../../src/chain/outcome.ts";
import {
  consent,
  echoOf,
  type Fields,
  overriding,
  postSample,
  serveCommand,
} from "./command_server.ts";

/** What must not be sent, and what is told of it. */
interface Case {
  readonly command: string;
  readonly overrides: Fields;
  /** What the request says other than the sample. */
  readonly changes?: Fields;
  /** What is sent of the overrides; nothing by default. */
  readonly sent?: Fields;
  /** A part of the reason for each field that is left out, wholly or in part. */
  readonly told: Readonly<Record<string, string>>;
}

const offlinePush = "callbackBeforeOfflinePushCommand";
const userInfoEx = "callbackBeforeUpdateUserInfoExCommand";
const modify = "callbackBeforeMsgModifyCommand";
const members = "callbackBeforeMembersJoinGroupCommand";
const nulled = "crashes on it where the request has null";

const forbidden: Readonly<Record<string, Case>> = {
  "a member entry without userID, beside one with": {
    command: members,
    overrides: { memberCallbackList: [{ userID: "u1", ex: "x" }, { ex: "x" }, { userID: null }] },
    sent: { memberCallbackList: [{ userID: "u1", ex: "x" }] },
    told: { memberCallbackList: "crashes on an entry without userID" },
  },
  "member entries of which none has a userID": {
    command: members,
    overrides: { memberCallbackList: [{ ex: "x" }], ex: "y" },
    sent: { memberCallbackList: [], ex: "y" },
    told: { memberCallbackList: "crashes on an entry without userID" },
  },
  "push info in place of none": {
    command: modify,
    overrides: { offlinePushInfo: { title: "New" }, ex: "x" },
    sent: { ex: "x" },
    told: { offlinePushInfo: "no push info of its own" },
  },
  "plain text in place of JSON content": {
    command: modify,
    overrides: { content: "***" },
    told: { content: "JSON text of an object" },
  },
  "a nickname, an avatar and a free text that the user did not change": {
    command: userInfoEx,
    overrides: { nickName: "N", faceURL: "https://example.com/a.png", ex: "x" },
    changes: { nickName: null },
    told: { nickName: nulled, faceURL: nulled, ex: nulled },
  },
  "receivers of the push of a one-to-one message": {
    command: offlinePush,
    overrides: { userIDList: ["u1"], offlinePushInfo: { title: "New" } },
    sent: { offlinePushInfo: { title: "New" } },
    told: { userIDList: "other than group messages" },
  },
  "receivers of the push of a notification": {
    command: offlinePush,
    overrides: { userIDList: ["u1"] },
    changes: { sessionType: 4 },
    told: { userIDList: "other than group messages" },
  },
  "no group for a change of it": {
    command: "callbackBeforeSetGroupInfoCommand",
    overrides: { groupID: "", groupName: "B" },
    sent: { groupName: "B" },
    told: { groupID: "fails without a group" },
  },
  "no group for a change of it by the newer call": {
    command: "callbackBeforeSetGroupInfoExCommand",
    overrides: { groupID: "", groupName: null },
    sent: { groupName: null },
    told: { groupID: "fails without a group" },
  },
};

for (const [what, { command, overrides, changes, sent, told }] of Object.entries(forbidden)) {
  const wishes = {
    "a rule": { rules: [overriding(overrides)] },
    "a plugin": {
      handle: () => override(overrides),
    },
  };
  for (const [whose, chain] of Object.entries(wishes)) {
    Deno.test(`${whose} cannot make an answer carry ${what}, and the reason is told`, async () => {
      await using server = await serveCommand(command, chain);
      const { echo, sample } = server.plugin;
      const answer = await postSample(server, changes);
      assertEquals(answer, { ...consent, ...echoOf(sample, echo), ...sent });
      assertEquals(server.overridesDropped.map(({ field }) => field), Object.keys(told));
      for (const { field, reason } of server.overridesDropped) {
        assertStringIncludes(reason, told[field]!);
      }
      assertEquals([server.problems, server.linkFailures], [[], []]);
    });
  }
}
