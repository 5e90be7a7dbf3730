import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin, groupID } from "../../src/extension/define_plugin.ts";

/**
 * A group message is about to be stored; membership and mutes are checked already. A refusal keeps
 * it back, and the sender gets the error.
 *
 * The message cannot be changed here: that is for `callbackBeforeMsgModifyCommand`, which comes
 * after this one. Server admins are asked about too, unlike in the one-to-one callback. Up to
 * 3.8.3-patch.16 the server's own notifications (`contentType` 1000 to 5000) come here, with empty
 * content: a refusal of one lets the creation, renaming, kick or dismissal go on, but members are
 * told nothing, and after a dismissal the group keeps its members. Leave them out with
 * `!isNotification(contentType)`. 3.0 to 3.4 switch it on with `afterSendSingleMsg` instead of its own key.
 */
export default definePlugin({
  command: "callbackBeforeSendGroupMsgCommand",
  timing: "before",
  area: "message",
  webhook: { key: "beforeSendGroupMsg", since: "v2.0.2" },
  notifications: { versions: { to: "v3.8.4-alpha.1" }, fields: { content: "" } },
  summary: "A group message is about to be stored.",
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
