import { z } from "zod";
import { importedFriends } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * An admin has imported friends for a user. The documentation's page shows the before-command,
 * which is another event and no alias of this one.
 */
export default definePlugin({
  command: "callbackAfterImportFriendsCommand",
  timing: "after",
  area: "friend",
  webhook: { key: "afterImportFriends", since: "v3.5.0-beta.1" },
  summary: "An admin has imported friends for a user.",
  request: z.looseObject(importedFriends),
  sample: { ownerUserID: "1695766238", friendUserIDs: ["5118930138", "3034068043"] },
});
