/**
 * Users as the user callbacks carry them: `UserInfo` of the server, and changes of one.
 *
 * @module
 */
import { z } from "zod";
import { ex, int32, int64, userID } from "./fields.ts";

const known = userID.describe("The user.");

const rest = {
  nickname: z.string().describe("Nickname, with a small n here."),
  faceURL: z.string().describe("Avatar."),
  ex,
  createTime: int64.describe("As the call said, usually 0: the server fills it in later."),
  appMangerLevel: int32.describe(
    "1 ordinary, 2 admin, 3 notification account, 4 on the main branch; spelled like this.",
  ),
  globalRecvMsgOpt: int32.describe("0 receive, 1 do not receive, 2 receive without notice."),
};

/** A user, as registered. */
export const userInfo = z.looseObject({ userID: known, ...rest });

/**
 * A user in the answer to a registration. OpenIM stores an empty text or 0 for what is missing, but
 * for `userID`, without which the user would have no ID.
 */
export const answeredUser = z.looseObject({
  userID: known.min(1, "a user needs an ID"),
  ...z.object(rest).partial().shape,
});

/** The body of the registration callbacks. */
export const registration = {
  users: z.array(userInfo).nullable().describe("The users."),
  secret: z.string().optional().describe(
    "The server's own API secret, in clear text, up to 3.8.1-rc.3: never log it.",
  ),
};

/** A change of a user's data: null stands for what is left as it is. */
export const userInfoChanges = {
  userID: userID.describe("The user."),
  nickName: z.string().nullable().describe("New nickname, with a capital N; or null."),
  faceURL: z.string().nullable().describe("New avatar, or null."),
  ex: ex.nullable().describe("Always null: the server never fills it."),
};
