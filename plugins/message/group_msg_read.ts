import { z } from "zod";
import { definePlugin, int64, userID } from "../../src/extension/define_plugin.ts";

/**
 * A user has read a group conversation.
 *
 * Its fields do not carry what their names say: `receiveID` is the reading user again and not the
 * group, which the body does not name at all; `unreadMsgNum` is the sequence number read up to;
 * `contentType` is the kind of conversation. 3.5 and 3.6 practically never send it; 3.7.0 to 3.8.1
 * send it for one-to-one conversations too.
 */
export default definePlugin({
  command: "callbackAfterGroupMsgReadCommand",
  aliases: ["callbackGroupMsgReadCommand"],
  timing: "after",
  area: "message",
  webhook: { key: "afterGroupMsgRead", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "A user has read a group conversation.",
  request: z.looseObject({
    sendID: userID.describe("The user who read."),
    receiveID: z.string().describe(
      "The same user again; OpenIM's documentation takes it for the group.",
    ),
    unreadMsgNum: int64.describe(
      "The sequence number read up to; OpenIM's documentation takes it for a count.",
    ),
    contentType: int64.optional().describe(
      "The kind of conversation, 3 for groups; absent in the documented body.",
    ),
  }),
  sample: { sendID: "5118930138", receiveID: "5118930138", unreadMsgNum: 128, contentType: 3 },
});
