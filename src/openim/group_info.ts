/**
 * A group as the callbacks of its creation carry it: `GroupInfo` of the server, flat among the
 * body's fields, and the members that it starts with.
 *
 * @module
 */
import { z } from "zod";
import { ex, groupID, int32, int64, uint32, userID } from "./fields.ts";

/** The group's fields; all are sent, zero values included. */
export const groupInfoFields = {
  groupID: groupID.describe('The group; before its creation "" unless the caller chose an ID.'),
  groupName: z.string().describe("Name of the group."),
  notification: z.string().describe("Announcement of the group."),
  introduction: z.string().describe("Introduction of the group."),
  faceURL: z.string().describe("Avatar of the group."),
  ownerUserID: userID.describe('The owner; before the creation often "".'),
  createTime: int64.describe("When it was made, epoch milliseconds; 0 before that."),
  memberCount: uint32.describe("How many members it has; 0 before the creation."),
  ex,
  status: int32.describe("0 as usual, 1 chat banned, 2 dissolved, 3 muted."),
  creatorUserID: userID.describe('Who made it; before the creation often "".'),
  groupType: int32.describe("Kind of group; 2, a working group, for new ones."),
  needVerification: int32.describe(
    "Who needs approval: 0 who applies, 1 everybody, 2 nobody.",
  ),
  lookMemberInfo: int32.describe("Whether members may look at other members."),
  applyMemberFriend: int32.describe("Whether members may add each other as friends."),
  notificationUpdateTime: int64.describe(
    "When the announcement was last changed, epoch milliseconds.",
  ),
  notificationUserID: userID.describe("Who last changed the announcement."),
};

/** The members that a new group starts with. */
export const initMemberList = z.array(z.looseObject({
  userID: userID.describe("The member."),
  roleLevel: int32.describe("100 owner, 60 admin, 20 member."),
})).nullable().describe("Members that the group starts with: owner, admins, members.");
