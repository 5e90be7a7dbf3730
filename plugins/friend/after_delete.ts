import { z } from "zod";
import { friendship } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A user has deleted a friend.
 */
export default definePlugin({
  command: "callbackAfterDeleteFriendCommand",
  timing: "after",
  area: "friend",
  webhook: { key: "afterDeleteFriend", since: "v3.5.0-beta.1" },
  summary: "A user has deleted a friend.",
  request: z.looseObject(friendship),
  sample: { ownerUserID: "1695766238", friendUserID: "5118930138" },
});
