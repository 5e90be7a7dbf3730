import { z } from "zod";
import { userInfoChanges } from "../../src/openim/user_info.ts";
import { definePlugin, ex, type Guarded } from "../../src/extension/define_plugin.ts";

/**
 * A user is about to be changed by the newer update-user-info call; null stands for what stays as
 * it is. A refusal stops it.
 *
 * An override of a field that is null in the request is held back: it crashes the server. `ex` is
 * always null there, so it can never be overridden.
 */
export default definePlugin({
  command: "callbackBeforeUpdateUserInfoExCommand",
  timing: "before",
  area: "user",
  webhook: { key: "beforeUpdateUserInfoEx", since: "v3.5.1-rc.0" },
  summary: "A user is about to be changed.",
  request: z.looseObject(userInfoChanges),
  overrides: z.object({
    nickName: z.string().nullish().describe("Nickname, where the request has one."),
    faceURL: z.string().nullish().describe("Avatar, where the request has one."),
    ex: ex.nullish().describe("Held back: it may crash the server."),
  }),
  guards: {
    nickName: (value, { nickName }) => whereGiven(value, nickName),
    faceURL: (value, { faceURL }) => whereGiven(value, faceURL),
    ex: (value, { ex }) => whereGiven(value, ex),
  },
  sample: { userID: "1695766238", nickName: "Alice L.", faceURL: null, ex: null },
});

function whereGiven(value: string | null, given: string | null): Guarded<string | null> {
  if (value === null || given !== null) return { keep: value };
  return { keep: undefined, dropped: "the server crashes on it where the request has null" };
}
