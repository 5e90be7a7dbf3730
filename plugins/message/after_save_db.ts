import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin, groupID, uint32, userID } from "../../src/extension/define_plugin.ts";

/**
 * A message has been written to the database; it is sent even when that failed. Only OpenIM's main
 * branch has it.
 *
 * It is the one message callback with a real `seq`. Of `recvID` and `groupID` the one that does
 * not fit the kind of conversation is "". `attentionIds` has no effect on it. The URL carries a
 * `key`, the base64 of the sender, receiver and group, for proxies.
 */
export default definePlugin({
  command: "callbackAfterMsgSaveDBCommand",
  timing: "after",
  area: "message",
  webhook: { key: "afterMsgSaveDB", since: "main" },
  summary: "A message has been written to the database.",
  request: z.looseObject({
    ...messageFields,
    seq: uint32.describe("Sequence number of the message in its conversation."),
    recvID: userID.describe('The receiver of a one-to-one message or a notification, else "".'),
    groupID: groupID.describe('The group of a group message, else "".'),
  }),
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
    seq: 57,
    atUserList: null,
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: "",
    recvID: "5118930138",
    groupID: "",
  },
});
