import { z } from "zod";
import { conversationOverrides, singleChatRecord } from "../../src/openim/conversation_record.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The record of a one-to-one or a notification conversation is about to be created, at its first
 * message. Only OpenIM's main branch has it.
 *
 * Do not refuse it: the sender sees success, and the conversation never appears at the receiver's,
 * not even with the second message. It comes twice, both times with the sender's record: the receiver's cannot be changed. The
 * fields had snake_case names until 2025-10-31.
 */
export default definePlugin({
  command: "callbackBeforeCreateSingleChatConversationsCommand",
  timing: "before",
  area: "conversation",
  webhook: { key: "beforeCreateSingleChatConversations", since: "main" },
  summary: "The record of a one-to-one conversation is about to be created.",
  request: z.looseObject(singleChatRecord),
  overrides: conversationOverrides,
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
