import { z } from "zod";
import { registration } from "../../src/openim/user_info.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * Users have been registered. `createTime` is what the call said, not when it happened.
 *
 * Up to 3.8.1-rc.3 the body carries the server's own API secret in clear text: never log it.
 */
export default definePlugin({
  command: "callbackAfterUserRegisterCommand",
  timing: "after",
  area: "user",
  webhook: { key: "afterUserRegister", since: "v3.5.0-beta.1" },
  summary: "Users have been registered.",
  request: z.looseObject(registration),
  sample: {
    users: [{
      userID: "1695766238",
      nickname: "Alice",
      faceURL: "https://cdn.example.com/avatars/alice.png",
      ex: "",
      createTime: 0,
      appMangerLevel: 0,
      globalRecvMsgOpt: 0,
    }],
  },
});
