import { z } from "zod";
import { friendRemark } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The private name of a friend has changed. Up to 3.6 the command has no Command at its end.
 */
export default definePlugin({
  command: "callbackAfterSetFriendRemarkCommand",
  aliases: ["callbackAfterSetFriendRemark"],
  timing: "after",
  area: "friend",
  webhook: { key: "afterSetFriendRemark", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "The private name of a friend has changed.",
  request: z.looseObject(friendRemark),
  sample: { ownerUserID: "1695766238", friendUserID: "5118930138", remark: "Bob (hiking)" },
});
