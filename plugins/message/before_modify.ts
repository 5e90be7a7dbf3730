import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { offlinePushInfo } from "../../src/openim/offline_push_info.ts";
import { definePlugin, ex, groupID, int32, userID } from "../../src/extension/define_plugin.ts";

/**
 * A message may be changed before it is stored; it has passed the other before-callbacks. A
 * refusal keeps it back, and the sender gets the error.
 *
 * The body names neither the receiver nor the group. Up to 3.8.3-patch.16 it is sent for text
 * messages (101) only, by the main branch for every kind. Two fields have one name in the request
 * and another in the answer: `atUserList` is answered as `atUserIDList`, `faceURL` as
 * `senderFaceURL`. Up to 3.8.3-patch.16 the sender keeps seeing the text as it was. 3.6.0 refuses
 * nothing and takes overrides even from a refusal.
 *
 * `offlinePushInfo` is always held back: the server crashes when the message has no push info of
 * its own, which the request does not show.
 */
export default definePlugin({
  command: "callbackBeforeMsgModifyCommand",
  aliases: ["callbackMsgModifyCommand", "callbackMsgModifyCommandCommand"],
  timing: "before",
  area: "message",
  webhook: { key: "beforeMsgModify", since: "v3.0.0-alpha.0", renamed: "v3.7.0" },
  summary: "A message may be changed before it is stored.",
  request: z.looseObject(messageFields),
  overrides: z.object({
    content: z.string().nullish().describe("Content; JSON text of an object, as in the request."),
    recvID: userID.nullish().describe("Receiver; the server does not check that the user exists."),
    groupID: groupID.nullish().describe("Group."),
    clientMsgID: z.string().nullish().describe("Message ID of the client."),
    serverMsgID: z.string().nullish().describe("Message ID of the server."),
    senderPlatformID: int32.nullish().describe("Platform of the sending device."),
    senderNickname: z.string().nullish().describe("Nickname of the sender."),
    senderFaceURL: z.string().nullish().describe("Avatar of the sender; faceURL in the request."),
    sessionType: int32.nullish().describe("Kind of conversation."),
    msgFrom: int32.nullish().describe("Origin of the message."),
    contentType: int32.nullish().describe("Kind of content."),
    status: int32.nullish().describe("Status of the message."),
    options: z.record(z.string(), z.boolean()).nullish().describe(
      "Replaces the whole map of options.",
    ),
    offlinePushInfo: offlinePushInfo.nullish().describe("Held back: it may crash the server."),
    atUserIDList: z.array(userID).nullish().describe("Users mentioned; atUserList in the request."),
    attachedInfo: z.string().nullish().describe("Reserved for OpenIM."),
    ex: ex.nullish().describe("Free text of the app."),
  }),
  ignoredOverrides: ["msgDataList"],
  guards: {
    // clients of 3.x expect JSON text there, and the main branch fails the message without it
    content: (content, request) =>
      content === null || isJsonObject(content) || !isJsonObject(request.content)
        ? { keep: content }
        : { keep: undefined, dropped: "the content has to be the JSON text of an object" },
    offlinePushInfo: (info) =>
      info === null ? { keep: null } : {
        keep: undefined,
        dropped: "the server crashes when the message has no push info of its own",
      },
  },
  sample: {
    sendID: "1695766238",
    serverMsgID: "1f3870be274f6c49b3e31a0c6728957f",
    clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
    operationID: "1754300000123",
    senderPlatformID: 2,
    senderNickname: "Alice",
    sessionType: 1,
    msgFrom: 100,
    contentType: 101,
    status: 1,
    sendTime: 1754300000123,
    createTime: 1754299999987,
    content: '{"content":"See you at the trailhead at nine"}',
    seq: 0,
    atUserList: null,
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: "",
  },
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
