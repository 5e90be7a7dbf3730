import { z } from "zod";
import { groupInfoFields, initMemberList } from "../../src/openim/group_info.ts";
import {
  definePlugin,
  ex,
  groupID,
  int32,
  operationID,
  userID,
} from "../../src/extension/define_plugin.ts";

/**
 * A group is about to be created. A refusal stops it.
 *
 * The group's fields stand at the top level. `ownerUserID` is often "": the owner is the member
 * with `roleLevel` 100. Overriding it changes the group's record and not who gets the role, and
 * the members cannot be changed. `callbackBeforeMembersJoinGroupCommand` follows for the same
 * members. 3.0.0 to 3.3.2 list the admins twice and leave out the members. Calling OpenIM back
 * from here holds up the creation.
 */
export default definePlugin({
  command: "callbackBeforeCreateGroupCommand",
  timing: "before",
  area: "group",
  webhook: { key: "beforeCreateGroup", since: "v3.0.0-alpha.0" },
  summary: "A group is about to be created.",
  request: z.looseObject({ ...groupInfoFields, operationID, initMemberList }),
  overrides: z.object({
    groupID: groupID.nullish().describe('ID of the group; "" lets the server choose.'),
    groupName: z.string().nullish().describe("Name of the group."),
    notification: z.string().nullish().describe("Announcement of the group."),
    introduction: z.string().nullish().describe("Introduction of the group."),
    faceURL: z.string().nullish().describe("Avatar of the group."),
    ownerUserID: userID.nullish().describe("Owner in the group's record, not in its members."),
    ex: ex.nullish().describe("Free text of the app."),
    status: int32.nullish().describe("0 as usual, 1 chat banned, 2 dissolved, 3 muted."),
    creatorUserID: userID.nullish().describe("Who made it."),
    groupType: int32.nullish().describe("Kind of group; 2, a working group."),
    needVerification: int32.nullish().describe(
      "Who needs approval: 0 who applies, 1 everybody, 2 nobody.",
    ),
    lookMemberInfo: int32.nullish().describe("Whether members may look at other members."),
  }),
  ignoredOverrides: ["applyMemberFriend"],
  sample: {
    operationID: "1754300000123",
    groupID: "",
    groupName: "Sunday hikers",
    notification: "",
    introduction: "Weekend walks",
    faceURL: "https://cdn.example.com/groups/hiking.png",
    ownerUserID: "",
    createTime: 0,
    memberCount: 0,
    ex: "",
    status: 0,
    creatorUserID: "",
    groupType: 2,
    needVerification: 0,
    lookMemberInfo: 0,
    applyMemberFriend: 0,
    notificationUpdateTime: 0,
    notificationUserID: "",
    initMemberList: [{ userID: "1695766238", roleLevel: 100 }, {
      userID: "5118930138",
      roleLevel: 60,
    }, { userID: "3034068043", roleLevel: 20 }],
  },
});
