import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin, userID } from "../../src/extension/define_plugin.ts";

/**
 * A one-to-one message is about to be stored. A refusal keeps it back, and the sender gets the
 * error.
 *
 * The message cannot be changed here: that is for `callbackBeforeMsgModifyCommand`, which comes
 * after this one. 3.8.2 and later ask before the block list and the friendship are checked,
 * earlier ones afterwards; they also leave out the messages of server admins. Up to 3.8.1 the
 * server's own notifications (`contentType` 1000 to 5000) come here too, with empty content: leave them out with `!isNotification(contentType)`. 2.1.0
 * sends it for super groups as well.
 */
export default definePlugin({
  command: "callbackBeforeSendSingleMsgCommand",
  timing: "before",
  area: "message",
  webhook: { key: "beforeSendSingleMsg", since: "v2.0.2" },
  notifications: { versions: { to: "v3.8.2-alpha.2" }, fields: { content: "" } },
  summary: "A one-to-one message is about to be stored.",
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
