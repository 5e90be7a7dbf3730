import { z } from "zod";
import { memberChanges } from "../../src/openim/group_changes.ts";
import { definePlugin, ex, int32, operationID } from "../../src/extension/define_plugin.ts";

/**
 * Nickname, avatar, role or `ex` of a member are about to change; null stands for what stays as it
 * is. One call may change several members, each with its own callback: a refusal of one refuses
 * them all.
 *
 * Up to 3.4.0 the command begins with a capital C.
 */
export default definePlugin({
  command: "callbackBeforeSetGroupMemberInfoCommand",
  aliases: ["CallbackBeforeSetGroupMemberInfoCommand", "callbackBeforeSetGroupMemberInfo"],
  timing: "before",
  area: "group",
  webhook: { key: "beforeSetGroupMemberInfo", since: "v3.0.0-alpha.0", renamed: "v3.4.2" },
  summary: "Nickname, avatar, role or ex of a member are about to change.",
  request: z.looseObject({
    ...memberChanges,
    operationID: operationID.describe("Trace ID, up to 3.4.0."),
  }),
  overrides: z.object({
    ex: ex.nullish().describe("Free text of the app."),
    nickName: z.string().nullish().describe("Nickname, with a capital N."),
    faceURL: z.string().nullish().describe("Avatar."),
    roleLevel: int32.nullish().describe("100 owner, 60 admin, 20 member."),
  }),
  sample: {
    groupID: "3047716255",
    userID: "5118930138",
    nickName: "Bob the guide",
    faceURL: null,
    roleLevel: null,
    ex: null,
  },
});
