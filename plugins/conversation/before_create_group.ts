import { z } from "zod";
import { conversationOverrides, groupChatRecord } from "../../src/openim/conversation_record.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The records of a group conversation are about to be created for its members; one call stands for
 * all, so `ownerUserId` is "". Only OpenIM's main branch has it. The fields had snake_case names until
 * 2025-10-31.
 *
 * Do not refuse it: the records of the members are missing then, and nobody is told.
 */
export default definePlugin({
  command: "callbackBeforeCreateGroupChatConversationsCommand",
  timing: "before",
  area: "conversation",
  webhook: { key: "beforeCreateGroupChatConversations", since: "main" },
  summary: "The records of a group conversation are about to be created.",
  request: z.looseObject(groupChatRecord),
  overrides: conversationOverrides,
  sample: {
    ownerUserId: "",
    conversationId: "sg_3047716255",
    conversationType: 3,
    groupId: "3047716255",
    recvMsgOpt: 0,
    isPinned: false,
    isPrivateChat: false,
    burnDuration: 0,
    groupAtType: 0,
    attachedInfo: "",
    ex: "",
  },
});
