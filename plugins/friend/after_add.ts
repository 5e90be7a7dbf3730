import { z } from "zod";
import { friendApplication } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A friend application has been made. The two are not friends yet, though the documentation says
 * so: that is `callbackAfterAddFriendAgreeCommand`, whose documentation in turn shows this
 * command.
 */
export default definePlugin({
  command: "callbackAfterAddFriendCommand",
  timing: "after",
  area: "friend",
  webhook: { key: "afterAddFriend", since: "v3.5.0-beta.1" },
  summary: "A friend application has been made.",
  request: z.looseObject(friendApplication),
  sample: { fromUserID: "1695766238", toUserID: "5118930138", reqMsg: "Hi, this is Alice" },
});
