import { z } from "zod";
import { blockedUser } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A user is about to block another. A refusal stops it. 3.5.0 to 3.8.1-rc.3 never send it.
 */
export default definePlugin({
  command: "callbackBeforeAddBlackCommand",
  aliases: ["addBlackCommand"],
  timing: "before",
  area: "friend",
  webhook: { key: "beforeAddBlack", since: "v3.5.0-beta.1", unsent: "v3.5.0 to v3.8.1-rc.3" },
  summary: "A user is about to block another.",
  request: z.looseObject(blockedUser),
  sample: { ownerUserID: "1695766238", blackUserID: "3034068043" },
});
