import { z } from "zod";
import { definePlugin, groupID, operationID, userID } from "../../src/extension/define_plugin.ts";

/**
 * Users are about to be invited to a group. A refusal stops the invitation of all of them; a part
 * of the list cannot be refused, though the server reads a `refusedMembersAccount`.
 *
 * `callbackBeforeMembersJoinGroupCommand` follows for those who join at once.
 */
export default definePlugin({
  command: "callbackBeforeInviteJoinGroupCommand",
  timing: "before",
  area: "group",
  webhook: { key: "beforeInviteUserToGroup", since: "v3.5.0-beta.1" },
  summary: "Users are about to be invited to a group.",
  request: z.looseObject({
    operationID,
    groupID: groupID.describe("The group."),
    reason: z.string().describe("What the inviting user gave as reason."),
    invitedUserIDs: z.array(userID).nullable().describe("The users invited."),
  }),
  ignoredOverrides: ["refusedMembersAccount"],
  sample: {
    operationID: "1754300000123",
    groupID: "3047716255",
    reason: "new in town",
    invitedUserIDs: ["5118930138", "3034068043"],
  },
});
