import { z } from "zod";
import { userInfoChanges } from "../../src/openim/user_info.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A user has been changed by the newer update-user-info call; null stands for what stayed as it
 * was. `ex` is always null.
 */
export default definePlugin({
  command: "callbackAfterUpdateUserInfoExCommand",
  timing: "after",
  area: "user",
  webhook: { key: "afterUpdateUserInfoEx", since: "v3.5.1-rc.0" },
  summary: "A user has been changed.",
  request: z.looseObject(userInfoChanges),
  sample: { userID: "1695766238", nickName: "Alice L.", faceURL: null, ex: null },
});
