import { z } from "zod";
import { importedFriends } from "../../src/openim/friend_fields.ts";
import { definePlugin, userID } from "../../src/extension/define_plugin.ts";

/**
 * An admin is about to import friends for a user. A refusal stops it. The server does not check
 * the users of an override.
 */
export default definePlugin({
  command: "callbackBeforeImportFriendsCommand",
  aliases: ["ImportFriendReqBeforeCommand"],
  timing: "before",
  area: "friend",
  webhook: { key: "beforeImportFriends", since: "v3.5.0-beta.1" },
  summary: "An admin is about to import friends for a user.",
  request: z.looseObject(importedFriends),
  overrides: z.object({
    friendUserIDs: z.array(userID).nullish().describe("The friends; empty or null keeps them."),
  }),
  sample: { ownerUserID: "1695766238", friendUserIDs: ["5118930138", "3034068043"] },
});
