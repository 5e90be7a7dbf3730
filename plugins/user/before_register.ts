import { z } from "zod";
import { answeredUser, registration } from "../../src/openim/user_info.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * Users are about to be registered through the REST API. A refusal stops all of them.
 *
 * Up to 3.8.1-rc.3 the body carries the server's own API secret in clear text: never log it. The
 * documentation shows one user where the server sends and reads a list. An override replaces the
 * whole list, which the server does not check again: it stores a user without `userID`, and an empty
 * text or 0 for whatever else is missing. So each needs `userID`, and nothing else.
 */
export default definePlugin({
  command: "callbackBeforeUserRegisterCommand",
  aliases: ["userRegisterBeforeCommand"],
  timing: "before",
  area: "user",
  webhook: { key: "beforeUserRegister", since: "v3.5.0-beta.1" },
  summary: "Users are about to be registered.",
  request: z.looseObject(registration),
  overrides: z.object({
    users: z.array(answeredUser).nullish().describe(
      "All the users, each with userID; what else is missing is empty. Empty or null keeps them.",
    ),
  }),
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
