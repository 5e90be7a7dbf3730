import { z } from "zod";
import { userInfoChanges } from "../../src/openim/user_info.ts";
import { definePlugin, ex, operationID } from "../../src/extension/define_plugin.ts";

/**
 * A user is about to be changed by the older update-user-info call. A refusal stops it.
 *
 * What stays as it is comes as "". `ex` is always null, even when the call changes it.
 */
export default definePlugin({
  command: "callbackBeforeUpdateUserInfoCommand",
  timing: "before",
  area: "user",
  webhook: { key: "beforeUpdateUserInfo", since: "v3.3.3-beta.2" },
  summary: "A user is about to be changed by the older call.",
  request: z.looseObject({
    ...userInfoChanges,
    operationID: operationID.describe("Trace ID, up to 3.4.0."),
  }),
  overrides: z.object({
    nickName: z.string().nullish().describe("Nickname, with a capital N."),
    faceURL: z.string().nullish().describe("Avatar."),
    ex: ex.nullish().describe("Free text of the app."),
  }),
  sample: {
    userID: "1695766238",
    nickName: "Alice L.",
    faceURL: "https://cdn.example.com/avatars/alice.png",
    ex: null,
  },
});
