import { z } from "zod";
import { pushFields } from "../../src/openim/push_fields.ts";
import { definePlugin, ex, int64, userID } from "../../src/extension/define_plugin.ts";

/**
 * A group message is about to go to connected members. A refusal stops this push and the offline
 * push after it; the message stays stored.
 *
 * The server's own notifications (`contentType` 1000 to 5000) come here in every version, with their
 * text as content. Refuse none of them: members are told nothing, and after a dismissal the group
 * keeps its members, which OpenIM removes in the course of the push. The push waits for the answer.
 *
 * 3.5 ignores the override. 2.3 may add the push info's fields, and has no `seq`.
 */
export default definePlugin({
  command: "callbackBeforeGroupOnlinePushCommand",
  aliases: ["callbackSuperGroupOnlinePushCommand", "callbackBeforeSuperGroupOnlinePushCommand"],
  timing: "before",
  area: "push",
  webhook: { key: "beforeGroupOnlinePush", since: "v2.3.0-rc2", renamed: "v3.7.0" },
  notifications: { versions: {} },
  summary: "A group message is about to go to connected members.",
  request: z.looseObject({
    ...pushFields,
    seq: int64.optional().describe("Sequence number of the message in the group; since 3.0."),
    title: z.string().optional().describe("Title of the notification, only in 2.3."),
    desc: z.string().optional().describe("Text of the notification, only in 2.3."),
    ex: ex.optional().describe("Free text of the app, only in 2.3."),
    iOSPushSound: z.string().optional().describe("Sound file for iOS, only in 2.3."),
    iOSBadgeCount: z.boolean().optional().describe("Whether the iOS badge goes up, only in 2.3."),
  }),
  overrides: z.object({
    userIDList: z.array(userID).nullish().describe("Members whom it goes to, instead of all."),
  }),
  ignoredOverrides: ["offlinePushInfo"],
  sample: {
    operationID: "1754300000123",
    platformID: 2,
    platform: "Android",
    clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
    sendID: "1695766238",
    groupID: "3047716255",
    contentType: 106,
    sessionType: 3,
    atUserIDList: ["5118930138"],
    content: '{"text":"@Bob are you coming?","atUserList":["5118930138"],"isAtSelf":false}',
    seq: 128,
  },
});
