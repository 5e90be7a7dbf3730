import { z } from "zod";
import { friendRemark } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * The private name of a friend is about to change; the server has not checked yet whether that is
 * allowed. A refusal stops it.
 *
 * 3.4.2 to 3.6 take over the answer's `remark` even when it is missing there, so it is always
 * returned. 3.7 and later take an empty one for none: the name cannot be emptied by an override.
 */
export default definePlugin({
  command: "callbackBeforeSetFriendRemarkCommand",
  aliases: ["callbackBeforeSetFriendRemark"],
  timing: "before",
  area: "friend",
  webhook: { key: "beforeSetFriendRemark", since: "v3.5.0-beta.1", renamed: "v3.7.0" },
  summary: "The private name of a friend is about to change.",
  request: z.looseObject(friendRemark),
  overrides: z.object({ remark: z.string().optional().describe("The private name; not empty.") }),
  echo: ["remark"],
  sample: { ownerUserID: "1695766238", friendUserID: "5118930138", remark: "Bob (hiking)" },
});
