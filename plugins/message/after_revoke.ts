import { z } from "zod";
import { definePlugin, int64, userID } from "../../src/extension/define_plugin.ts";

/**
 * A message has been revoked by its sender, a group manager or an admin.
 *
 * The command's name says before and after at once; it comes after. It is switched on with
 * `afterRevokeMsg`; the `afterGroupMsgRevoke` that stands in webhooks.yml too does nothing. The
 * body has neither the message's ID nor its content: look it up by conversation and sequence
 * number. The documentation calls it `callbackAfterRevokeMsgCommand`, which no server sends, and
 * shows other fields.
 */
export default definePlugin({
  command: "callbackBeforeAfterMsgCommand",
  aliases: ["callbackAfterRevokeMsgCommand"],
  timing: "after",
  area: "message",
  webhook: { key: "afterRevokeMsg", since: "v3.5.0-beta.1" },
  summary: "A message has been revoked.",
  request: z.looseObject({
    conversationID: z.string().describe("The conversation: si_<a>_<b>, sg_<group> or n_...."),
    seq: int64.describe("Sequence number of the message in its conversation."),
    userID: userID.describe("Who revoked it."),
  }),
  sample: { conversationID: "si_1695766238_5118930138", seq: 57, userID: "1695766238" },
});
