import { z } from "zod";
import { singleChatRecord } from "../../src/openim/conversation_record.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The record of a one-to-one conversation has been created: one call for the sender's, one for the
 * receiver's. It is sent even when the write failed. Only OpenIM's main branch has it. The fields
 * had snake_case names until 2025-10-31.
 */
export default definePlugin({
  command: "callbackAfterCreateSingleChatConversationsCommand",
  timing: "after",
  area: "conversation",
  webhook: { key: "afterCreateSingleChatConversations", since: "main" },
  summary: "The record of a one-to-one conversation has been created.",
  request: z.looseObject(singleChatRecord),
  sample: {
    ownerUserId: "1695766238",
    conversationId: "si_1695766238_5118930138",
    conversationType: 1,
    userId: "5118930138",
    recvMsgOpt: 0,
    isPinned: false,
    isPrivateChat: false,
    burnDuration: 0,
    groupAtType: 0,
    attachedInfo: "",
    ex: "",
  },
});
