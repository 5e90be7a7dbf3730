import { z } from "zod";
import { applicationAnswer } from "../../src/openim/friend_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A friend application is about to be accepted. A refusal stops that. It is not sent when the
 * application is turned down.
 *
 * `blackUserID` is the user who accepts, and `HandleResult` and `HandleMsg` begin with a capital
 * letter: slips of the server, for which the documentation has names of its own.
 */
export default definePlugin({
  command: "callbackBeforeAddFriendAgreeCommand",
  aliases: ["callbackBeforeReplyFriendResp"],
  timing: "before",
  area: "friend",
  webhook: { key: "beforeAddFriendAgree", since: "v3.5.0-beta.1" },
  summary: "A friend application is about to be accepted.",
  request: z.looseObject(applicationAnswer),
  sample: {
    fromUserID: "1695766238",
    blackUserID: "5118930138",
    HandleResult: 1,
    HandleMsg: "Sure",
  },
});
