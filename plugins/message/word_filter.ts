import { z } from "zod";
import { messageFields } from "../../src/openim/message_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A text message (101) of a version 2 server may be rewritten before it is stored. A refusal keeps
 * it back.
 *
 * 3.0 replaced it by `callbackMsgModifyCommand`, today's `callbackBeforeMsgModifyCommand`. 2.0.2
 * to 2.0.10 take over the answer's `content` even when it is missing there, so it is always
 * returned.
 */
export default definePlugin({
  command: "callbackWordFilterCommand",
  timing: "before",
  area: "message",
  webhook: { key: "callbackWordFilter", since: "v2.0.2", until: "v2.3.3" },
  summary: "A text message of a version 2 server may be rewritten.",
  request: z.looseObject(messageFields).omit({ sendTime: true }),
  overrides: z.object({
    content: z.string().optional().describe("Content; plain text, not empty."),
  }),
  echo: ["content"],
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
    createTime: 1754299999987,
    content: "See you at the trailhead at nine",
    seq: 0,
    atUserList: null,
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: "",
  },
});
