import { z } from "zod";
import { definePlugin, groupID, userID } from "../../src/extension/define_plugin.ts";

/**
 * A member has left a group of their own accord. For members who were removed there is
 * `callbackAfterKickGroupCommand`.
 */
export default definePlugin({
  command: "callbackAfterQuitGroupCommand",
  aliases: ["callbackQuitGroupCommand", "quitGroupCommand"],
  timing: "after",
  area: "group",
  webhook: { key: "afterQuitGroup", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "A member has left a group.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    userID: userID.describe("Who left."),
  }),
  sample: { groupID: "3047716255", userID: "3034068043" },
});
