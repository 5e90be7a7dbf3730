import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin, groupID } from "../../src/extension/define_plugin.ts";

/**
 * A group message has been accepted: it is in the message queue, and not delivered yet.
 *
 * Up to 3.8.3-patch.16 the server's own notifications (`contentType` 1000 to 5000) come here too,
 * with empty content. What a bot sends through the REST API comes back here with `msgFrom` 200:
 * pass it over, or the bot talks to itself. The main branch compares `attentionIds` with a
 * receiver that group messages do not have, so any entry there silences this callback; it also
 * adds a `key` to the URL, as for one-to-one messages.
 */
export default definePlugin({
  command: "callbackAfterSendGroupMsgCommand",
  timing: "after",
  area: "message",
  webhook: { key: "afterSendGroupMsg", since: "v2.0.2" },
  summary: "A group message has been accepted.",
  request: z.looseObject({ ...messageFields, groupID: groupID.describe("The group.") }),
  sample: {
    sendID: "1695766238",
    serverMsgID: "1f3870be274f6c49b3e31a0c6728957f",
    clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
    operationID: "1754300000123",
    senderPlatformID: 2,
    senderNickname: "Alice",
    sessionType: 3,
    msgFrom: 100,
    contentType: 106,
    status: 1,
    sendTime: 1754300000123,
    createTime: 1754299999987,
    content: '{"text":"@Bob are you coming?","atUserList":["5118930138"],"isAtSelf":false}',
    seq: 0,
    atUserList: ["5118930138"],
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: "",
    groupID: "3047716255",
  },
});
