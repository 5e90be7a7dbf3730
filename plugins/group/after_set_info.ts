import { z } from "zod";
import { emptyOperationID, groupInfoChanges } from "../../src/openim/group_changes.ts";
import { definePlugin, groupID } from "../../src/extension/define_plugin.ts";

/**
 * A group has been changed by the older set-group-info call. What stayed as it was is "" for name,
 * announcement, introduction and avatar, and null for the others.
 */
export default definePlugin({
  command: "callbackAfterSetGroupInfoCommand",
  timing: "after",
  area: "group",
  webhook: { key: "afterSetGroupInfo", since: "v3.5.0-beta.1" },
  summary: "A group has been changed by the older call.",
  request: z.looseObject({
    operationID: emptyOperationID,
    groupID: groupID.describe("The group."),
    groupName: z.string().describe('New name, or "".'),
    notification: z.string().describe('New announcement, or "".'),
    introduction: z.string().describe('New introduction, or "".'),
    faceURL: z.string().describe('New avatar, or "".'),
    ex: groupInfoChanges.ex,
    needVerification: groupInfoChanges.needVerification,
    lookMemberInfo: groupInfoChanges.lookMemberInfo,
    applyMemberFriend: groupInfoChanges.applyMemberFriend,
  }),
  sample: {
    operationID: "",
    groupID: "3047716255",
    groupName: "Saturday hikers",
    notification: "",
    introduction: "",
    faceURL: "",
    ex: null,
    needVerification: null,
    lookMemberInfo: null,
    applyMemberFriend: null,
  },
});
