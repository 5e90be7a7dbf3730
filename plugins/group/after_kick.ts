import { z } from "zod";
import { definePlugin, groupID, userID } from "../../src/extension/define_plugin.ts";

/**
 * Members have been removed from a group by a manager or an admin; the documentation says that it
 * comes before.
 *
 * `reason` is "" before 3.8.1. The key in webhooks.yml is `afterKickGroupMember`.
 */
export default definePlugin({
  command: "callbackAfterKickGroupCommand",
  aliases: ["callbackKillGroupCommand", "kickGroupMemberCommand"],
  timing: "after",
  area: "group",
  webhook: { key: "afterKickGroupMember", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "Members have been removed from a group.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    kickedUserIDs: z.array(userID).nullable().describe("Who was removed."),
    reason: z.string().describe("What the removing user gave as reason."),
  }),
  sample: { groupID: "3047716255", kickedUserIDs: ["3034068043"], reason: "spam" },
});
