import { z } from "zod";
import { friendApplication } from "../../src/openim/friend_fields.ts";
import { definePlugin, ex, operationID } from "../../src/extension/define_plugin.ts";

/**
 * A friend application is about to be made. A refusal stops it. The server has not checked yet
 * whether the users exist.
 */
export default definePlugin({
  command: "callbackBeforeAddFriendCommand",
  timing: "before",
  area: "friend",
  webhook: { key: "beforeAddFriend", since: "v3.0.0-alpha.0" },
  summary: "A friend application is about to be made.",
  request: z.looseObject({
    ...friendApplication,
    ex: ex.optional().describe("Free text of the app; since 3.5.0."),
    operationID: operationID.describe("Trace ID, up to 3.4.0."),
  }),
  sample: { fromUserID: "1695766238", toUserID: "5118930138", reqMsg: "Hi, this is Alice", ex: "" },
});
