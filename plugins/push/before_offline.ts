import { z } from "zod";
import { offlinePushInfo, offlinePushInfoFields } from "../../src/openim/offline_push_info.ts";
import { pushFields } from "../../src/openim/push_fields.ts";
import { definePlugin, int32, int64, userID } from "../../src/extension/define_plugin.ts";

/** The `sessionType` of group conversations. */
const groupSession = 3;

/**
 * A notification is about to go to phones that are not connected; for a group it is one call for
 * all of them. A refusal stops the notification, and the message is delivered as usual.
 *
 * It comes also for users who are online in a browser. An online push that was refused is followed
 * by none. OpenIM's push handler waits for the answers of both push callbacks before it pushes, and
 * lags in bursts: answer at once.
 *
 * An empty `userIDList` in the answer is ignored: only a refusal stops the notification. For other
 * than group messages a `userIDList` is held back, unless the rules file names a version of OpenIM
 * that does not crash on it: 3.7.0 to 3.8.1 do. 3.5 ignores it for groups.
 *
 * The documentation's `callbackBeforePushCommand` stands on the pages of the offline and of the
 * online push alike, and is taken for this one. 2.1 and 2.2 name one `userID` in place of the list
 * and spell the content `Content`; 2.1.0 leaves out the command itself.
 */
export default definePlugin({
  command: "callbackBeforeOfflinePushCommand",
  aliases: ["callbackOfflinePushCommand", "callbackBeforePushCommand"],
  timing: "before",
  area: "push",
  webhook: { key: "beforeOfflinePush", since: "v2.1.0", renamed: "v3.7.0" },
  summary: "A notification is about to go to phones that are not connected.",
  request: z.looseObject({
    ...pushFields,
    userIDList: z.array(userID).nullish().describe("The users whom it goes to."),
    ...offlinePushInfoFields,
    clientMsgID: pushFields.clientMsgID.optional().describe("Message ID; absent in 2.2."),
    content: pushFields.content.optional().describe(
      'JSON text inside the string, such as {"content":"hi"} for 101; plain text in version 2.',
    ),
    Content: z.string().optional().describe("The content in 2.1 and 2.2."),
    userID: userID.optional().describe("The one user whom it goes to in 2.1 and 2.2."),
    serverMsgID: z.string().optional().describe("Only in 2.1.0."),
    senderPlatformID: int32.optional().describe("Only in 2.1.0."),
    senderNickname: z.string().optional().describe("Only in 2.1.0."),
    msgFrom: int32.optional().describe("Only in 2.1.0."),
    status: int32.optional().describe("Only in 2.1.0."),
    createTime: int64.optional().describe("Only in 2.1.0."),
  }),
  overrides: z.object({
    userIDList: z.array(userID).nullish().describe(
      "Users whom it goes to; empty keeps them. For one-to-one it needs a known version.",
    ),
    offlinePushInfo: offlinePushInfo.nullish().describe("What the notification shows."),
  }),
  guardedVersions: { userIDList: { from: "v3.7.0", to: "v3.8.1" } },
  guards: {
    userIDList: (users, { sessionType }) =>
      sessionType === groupSession || (users ?? []).length === 0 ? { keep: users } : {
        keep: undefined,
        dropped: "3.7.0 to 3.8.1 crash on a userIDList for other than group messages; " +
          'name another version in "openim" to send it',
      },
  },
  sample: {
    operationID: "1754300000123",
    platformID: 2,
    platform: "Android",
    userIDList: ["5118930138"],
    title: "Alice",
    desc: "New message",
    ex: "",
    iOSPushSound: "default",
    iOSBadgeCount: true,
    signalInfo: "",
    clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
    sendID: "1695766238",
    groupID: "",
    contentType: 101,
    sessionType: 1,
    atUserIDList: null,
    content: '{"content":"See you at the trailhead at nine"}',
  },
});
