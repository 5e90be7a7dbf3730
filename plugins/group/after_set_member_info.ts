import { z } from "zod";
import { memberChanges } from "../../src/openim/group_changes.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * Nickname, avatar, role or `ex` of a member have changed; null stands for what stayed as it was.
 * 3.5 and 3.6 switch it on with `beforeSetGroupMemberInfo`.
 */
export default definePlugin({
  command: "callbackAfterSetGroupMemberInfoCommand",
  aliases: ["callbackAfterSetGroupMemberInfo"],
  timing: "after",
  area: "group",
  webhook: { key: "afterSetGroupMemberInfo", since: "v3.5.0-beta.1" },
  summary: "Nickname, avatar, role or ex of a member have changed.",
  request: z.looseObject(memberChanges),
  sample: {
    groupID: "3047716255",
    userID: "5118930138",
    nickName: null,
    faceURL: null,
    roleLevel: 60,
    ex: null,
  },
});
