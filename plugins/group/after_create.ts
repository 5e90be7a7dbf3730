import { z } from "zod";
import { groupInfoFields, initMemberList } from "../../src/openim/group_info.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A group has been created.
 *
 * The group's fields stand at the top level. Every version lists the owner and the admins twice,
 * the second time as members.
 */
export default definePlugin({
  command: "callbackAfterCreateGroupCommand",
  timing: "after",
  area: "group",
  webhook: { key: "afterCreateGroup", since: "v3.5.0-beta.1" },
  summary: "A group has been created.",
  request: z.looseObject({ ...groupInfoFields, initMemberList }),
  sample: {
    groupID: "3047716255",
    groupName: "Sunday hikers",
    notification: "",
    introduction: "Weekend walks",
    faceURL: "https://cdn.example.com/groups/hiking.png",
    ownerUserID: "1695766238",
    createTime: 1754300000123,
    memberCount: 3,
    ex: "",
    status: 0,
    creatorUserID: "1695766238",
    groupType: 2,
    needVerification: 0,
    lookMemberInfo: 0,
    applyMemberFriend: 0,
    notificationUpdateTime: 0,
    notificationUserID: "",
    initMemberList: [
      { userID: "1695766238", roleLevel: 100 },
      { userID: "5118930138", roleLevel: 60 },
      { userID: "3034068043", roleLevel: 20 },
      { userID: "5118930138", roleLevel: 20 },
      { userID: "1695766238", roleLevel: 20 },
    ],
  },
});
