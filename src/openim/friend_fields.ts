/**
 * Who is whose friend, as the friend callbacks carry it.
 *
 * @module
 */
import { z } from "zod";
import { int32, userID } from "./fields.ts";

/** A friend application. */
export const friendApplication = {
  fromUserID: userID.describe("Who applied."),
  toUserID: userID.describe("Who is applied to."),
  reqMsg: z.string().describe("Text of the application."),
};

/** The answer to a friend application. */
export const applicationAnswer = {
  fromUserID: userID.describe("Who applied."),
  blackUserID: userID.describe("Who answers the application; the name on the wire is a slip."),
  HandleResult: int32.describe("1 accepts; a refusal is never sent."),
  HandleMsg: z.string().describe("Text of the answer."),
};

/** A friend on a user's list. */
export const friendship = {
  ownerUserID: userID.describe("Whose list it is."),
  friendUserID: userID.describe("The friend."),
};

/** A friend's private name. */
export const friendRemark = {
  ...friendship,
  remark: z.string().describe("The private name; only the list's owner sees it."),
};

/** Friends that an admin puts on a user's list. */
export const importedFriends = {
  ownerUserID: userID.describe("Whose list it is."),
  friendUserIDs: z.array(userID).nullable().describe("The friends."),
};

/** A user on another's block list. */
export const blockedUser = {
  ownerUserID: userID.describe("Whose block list it is."),
  blackUserID: userID.describe("The user on it."),
};
