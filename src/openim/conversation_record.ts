/**
 * A user's record of a conversation, as the conversation callbacks carry it.
 *
 * Only OpenIM's main branch sends them: in camelCase with a small d (`ownerUserId`) since
 * 2025-10-31, in snake_case from 2025-03-14 until then. A body has one of the two spellings, so
 * every field is optional.
 *
 * @module
 */
import { z } from "zod";
import { ex, int32 } from "./fields.ts";

const conversationFields = {
  conversationId: z.string().optional().describe("The conversation: si_<a>_<b> or sg_<group>."),
  conversationType: int32.optional().describe("1 one-to-one, 3 group, 4 notification."),
  recvMsgOpt: int32.optional().describe("0 receive, 1 do not receive, 2 receive without notice."),
  isPinned: z.boolean().optional().describe("Whether it is pinned."),
  isPrivateChat: z.boolean().optional().describe("Whether messages burn after reading."),
  burnDuration: int32.optional().describe("Seconds until they burn."),
  groupAtType: int32.optional().describe("Mention mark: 0 none, 1 me, 2 all, 3 all and me."),
  attachedInfo: z.string().optional().describe("Reserved for OpenIM."),
  ex,
  conversation_id: z.string().optional().describe("conversationId until 2025-10-31."),
  conversation_type: int32.optional().describe("conversationType until 2025-10-31."),
  recv_msg_opt: int32.optional().describe("recvMsgOpt until 2025-10-31."),
  is_pinned: z.boolean().optional().describe("isPinned until 2025-10-31."),
  is_private_chat: z.boolean().optional().describe("isPrivateChat until 2025-10-31."),
  burn_duration: int32.optional().describe("burnDuration until 2025-10-31."),
  group_at_type: int32.optional().describe("groupAtType until 2025-10-31."),
  attached_info: z.string().optional().describe("attachedInfo until 2025-10-31."),
};

/** One user's record of a one-to-one conversation. */
export const singleChatRecord = {
  ownerUserId: z.string().optional().describe("Whose record it is."),
  userId: z.string().optional().describe("The other user."),
  ...conversationFields,
  owner_user_id: z.string().optional().describe("ownerUserId until 2025-10-31."),
  user_id: z.string().optional().describe("userId until 2025-10-31."),
};

/** The record of a group conversation, which one body stands for in the name of all members. */
export const groupChatRecord = {
  ownerUserId: z.string().optional().describe('Always "": one call stands for all members.'),
  groupId: z.string().optional().describe("The group."),
  ...conversationFields,
  owner_user_id: z.string().optional().describe("ownerUserId until 2025-10-31."),
  group_id: z.string().optional().describe("groupId until 2025-10-31."),
};

/** What an answer may change of a record about to be created; null leaves a value as it is. */
export const conversationOverrides = z.object({
  recvMsgOpt: int32.nullish().describe("0 receive, 1 do not receive, 2 receive without notice."),
  isPinned: z.boolean().nullish().describe("Whether it is pinned."),
  isPrivateChat: z.boolean().nullish().describe("Whether messages burn after reading."),
  burnDuration: int32.nullish().describe("Seconds until they burn."),
  groupAtType: int32.nullish().describe("Mention mark: 0 none, 1 me, 2 all, 3 all and me."),
  attachedInfo: z.string().nullish().describe("Reserved for OpenIM."),
  ex: ex.nullish().describe("Free text of the app."),
});
