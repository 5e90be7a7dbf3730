import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin, userID } from "../../src/extension/define_plugin.ts";

/**
 * A one-to-one message has been accepted: it is in the message queue, and not delivered yet.
 *
 * Up to 3.8.3-patch.16 the server's own notifications (`contentType` 1000 to 5000) come here too,
 * with empty content, and so do read receipts (2200). What a bot sends through the REST API comes
 * back here with `msgFrom` 200: pass it over, or the bot talks to itself. 3.8.0 and 3.8.1 take the
 * shipped `attentionIds: []` for a list of nobody and stay silent until the key is deleted. The
 * main branch adds a `key` to the URL, the base64 of the sender, receiver and group, for proxies.
 */
export default definePlugin({
  command: "callbackAfterSendSingleMsgCommand",
  timing: "after",
  area: "message",
  webhook: { key: "afterSendSingleMsg", since: "v2.0.2" },
  summary: "A one-to-one message has been accepted.",
  request: z.looseObject({ ...messageFields, recvID: userID.describe("The receiver.") }),
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
    recvID: "5118930138",
  },
});
