import { z } from "zod";
import { definePlugin, groupID, userID } from "../../src/extension/define_plugin.ts";

/**
 * A group has a new owner. Servers have had three names for it; 3.5 sends
 * `callbackTransferGroupOwnerAfter`, 3.6 `callbackAfterTransferGroupOwner`.
 */
export default definePlugin({
  command: "callbackAfterTransferGroupOwnerCommand",
  aliases: [
    "callbackTransferGroupOwnerAfter",
    "callbackAfterTransferGroupOwner",
    "transferGroupOwnerAfterCommand",
  ],
  timing: "after",
  area: "group",
  webhook: { key: "afterTransferGroupOwner", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "A group has a new owner.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    oldOwnerUserID: userID.describe("The owner until now."),
    newOwnerUserID: userID.describe("The owner from now on."),
  }),
  sample: { groupID: "3047716255", oldOwnerUserID: "1695766238", newOwnerUserID: "5118930138" },
});
