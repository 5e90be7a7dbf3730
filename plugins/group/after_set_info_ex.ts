import { z } from "zod";
import { groupInfoChanges } from "../../src/openim/group_changes.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A group has been changed by the call that current clients use; null stands for what stayed as it
 * was. 3.8.1-rc.1 calls it `callbackAfterSetGroupInfoCommandEX`.
 */
export default definePlugin({
  command: "callbackAfterSetGroupInfoExCommand",
  aliases: ["callbackAfterSetGroupInfoCommandEX", "callbackAfterSetGroupInfoEXCommand"],
  timing: "after",
  area: "group",
  webhook: { key: "afterSetGroupInfoEx", since: "v3.8.1-rc.1", renamed: "v3.8.1-rc.2" },
  summary: "A group has been changed.",
  request: z.looseObject(groupInfoChanges),
  sample: {
    operationID: "",
    groupID: "3047716255",
    groupName: "Saturday hikers",
    notification: null,
    introduction: null,
    faceURL: null,
    ex: null,
    needVerification: 1,
    lookMemberInfo: null,
    applyMemberFriend: null,
  },
});
