import { z } from "zod";
import { definePlugin, groupID, userID } from "../../src/extension/define_plugin.ts";

/**
 * A group has been dissolved. Mind the spelling DisMiss.
 *
 * `groupType` is one character with the type as its code, "\u0002" for 2: a slip of the server.
 * `membersID` may be null or empty, as the members may be deleted already.
 *
 * It comes twice for one dismissal: at first with the members, and once more with an empty
 * `membersID` when the notification has been pushed and OpenIM removes the members. A rule that must
 * act once has `"when": "membersID != null && size(membersID) > 0"`.
 */
export default definePlugin({
  command: "callbackAfterDisMissGroupCommand",
  aliases: ["callbackDisMissGroupCommand", "callbackAfterUngroupCommand"],
  timing: "after",
  area: "group",
  webhook: { key: "afterDismissGroup", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "A group has been dissolved.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    ownerID: userID.describe("The owner."),
    groupType: z.string().describe("One character with the kind of group as its code."),
    membersID: z.array(userID).nullable().describe("The members; may be empty or null."),
  }),
  sample: {
    groupID: "3047716255",
    ownerID: "1695766238",
    groupType: "\u0002",
    membersID: ["1695766238", "5118930138", "3034068043"],
  },
});
