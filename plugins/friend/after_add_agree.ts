import { z } from "zod";
import { applicationAnswer } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A friend application has been accepted: the two are friends now.
 *
 * `blackUserID` is the user who accepted, and `HandleResult` and `HandleMsg` begin with a capital
 * letter. The documentation's page shows `callbackAfterAddFriendCommand`, which is another event
 * and no alias of this one.
 */
export default definePlugin({
  command: "callbackAfterAddFriendAgreeCommand",
  timing: "after",
  area: "friend",
  webhook: { key: "afterAddFriendAgree", since: "v3.8.1-rc.4" },
  summary: "Two users have become friends.",
  request: z.looseObject(applicationAnswer),
  sample: {
    fromUserID: "1695766238",
    blackUserID: "5118930138",
    HandleResult: 1,
    HandleMsg: "Sure",
  },
});
