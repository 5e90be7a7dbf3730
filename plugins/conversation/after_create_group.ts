import { z } from "zod";
import { groupChatRecord } from "../../src/openim/conversation_record.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The records of a group conversation have been created for its members; one call stands for all,
 * so `ownerUserId` is "". Only OpenIM's main branch has it. The fields had snake_case names until
 * 2025-10-31. The documentation shows the one-to-one command here, which is another event and no
 * alias of this one.
 */
export default definePlugin({
  command: "callbackAfterCreateGroupChatConversationsCommand",
  timing: "after",
  area: "conversation",
  webhook: { key: "afterCreateGroupChatConversations", since: "main" },
  summary: "The records of a group conversation have been created.",
  request: z.looseObject(groupChatRecord),
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
