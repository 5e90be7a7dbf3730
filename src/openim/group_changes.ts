/**
 * Changes of a group and of its members, as the set-group-info and set-group-member-info callbacks
 * carry them: null stands for what is left as it is.
 *
 * @module
 */
import { z } from "zod";
import { ex, groupID, int32, userID } from "./fields.ts";

/** The trace ID that the set-group-info bodies declare and never fill. */
export const emptyOperationID = z.string().optional().describe(
  'Always "": the server never fills it. A callback\'s own operationID is from the header.',
);

/** The body of the newer set-group-info call's callbacks. Values are bare, never in an object. */
export const groupInfoChanges = {
  operationID: emptyOperationID,
  groupID: groupID.describe("The group."),
  groupName: z.string().nullable().describe("New name, or null."),
  notification: z.string().nullable().describe("New announcement, or null."),
  introduction: z.string().nullable().describe("New introduction, or null."),
  faceURL: z.string().nullable().describe("New avatar, or null."),
  ex: ex.nullable().describe("New free text of the app, or null."),
  needVerification: int32.nullable().describe(
    "New rule for who needs approval: 0 who applies, 1 everybody, 2 nobody; or null.",
  ),
  lookMemberInfo: int32.nullable().describe("Whether members may look at others, or null."),
  applyMemberFriend: int32.nullable().describe(
    "Whether members may add each other as friends, or null.",
  ),
};

/** The body of the set-group-member-info callbacks. */
export const memberChanges = {
  groupID: groupID.describe("The group."),
  userID: userID.describe("The member."),
  nickName: z.string().nullable().describe("New nickname, with a capital N; or null."),
  faceURL: z.string().nullable().describe("New avatar, or null."),
  roleLevel: int32.nullable().describe("New role: 100 owner, 60 admin, 20 member; or null."),
  ex: ex.nullable().describe("New free text of the app, or null."),
};
