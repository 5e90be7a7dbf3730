import { z } from "zod";
import { definePlugin, ex, userID } from "../../src/extension/define_plugin.ts";

/**
 * A user has been changed by the older update-user-info call. What stayed as it was comes as "";
 * `ex` always does.
 */
export default definePlugin({
  command: "callbackAfterUpdateUserInfoCommand",
  timing: "after",
  area: "user",
  webhook: { key: "afterUpdateUserInfo", since: "v3.5.0-beta.1" },
  summary: "A user has been changed by the older call.",
  request: z.looseObject({
    userID: userID.describe("The user."),
    nickName: z.string().describe('New nickname, with a capital N; or "".'),
    faceURL: z.string().describe('New avatar, or "".'),
    ex: ex.describe('Always "": the server never fills it.'),
  }),
  sample: {
    userID: "1695766238",
    nickName: "Alice L.",
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: "",
  },
});
