import { z } from "zod";
import { definePlugin, int64, userID } from "../../src/extension/define_plugin.ts";

/**
 * A user has read messages of a one-to-one conversation.
 *
 * `contentType` is the kind of conversation, `Seqs` begins with a capital letter and is null when
 * the client named no messages, which is usual since 3.8.2. 3.5 defines another body, with
 * `sendID` and `receiveID`, and never sends it; 3.5.1-rc.1 and 3.6 have today's body and
 * practically never send it either. The documentation describes the body of 3.5 and misspells the
 * command.
 */
export default definePlugin({
  command: "callbackAfterSingleMsgReadCommand",
  aliases: ["callbackSingleMsgRead", "callbackSingleMsgReadCommand"],
  timing: "after",
  area: "message",
  webhook: { key: "afterSingleMsgRead", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "A user has read messages of a one-to-one conversation.",
  request: z.looseObject({
    conversationID: z.string().optional().describe("The conversation: si_<a>_<b>."),
    userID: userID.optional().describe("The user who read."),
    Seqs: z.array(int64).nullish().describe("Sequence numbers read; null when none are named."),
    contentType: int64.optional().describe(
      "The kind of conversation, 1; int32 since 3.6; absent in the documented body.",
    ),
    sendID: userID.optional().describe("Only in the body of 3.5.0."),
    receiveID: userID.optional().describe("Only in the body of 3.5.0."),
  }),
  sample: {
    conversationID: "si_1695766238_5118930138",
    userID: "5118930138",
    Seqs: [55, 56, 57],
    contentType: 1,
  },
});
