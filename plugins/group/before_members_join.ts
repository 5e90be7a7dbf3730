import { z } from "zod";
import {
  definePlugin,
  ex,
  groupID,
  int32,
  int64,
  operationID,
  userID,
} from "../../src/extension/define_plugin.ts";

/**
 * Users are about to become members: by the creation of the group, an invitation, an approved
 * application or a direct join. A refusal refuses the whole of it, the creation included.
 *
 * 3.0.0 to 3.8.0-rc.1 send `callbackBeforeMemberJoinGroupCommand` instead, once per user, with
 * `userID` and `ex` in place of `memberList`, and read the answer's `nickname`, `faceURL`,
 * `roleLevel`, `muteEndTime` and `ex`; later ones read `memberCallbackList`. A handler can tell
 * them apart by `calledAs` or by the missing `memberList`. Invitations of 3.7.0 to 3.8.0-rc.1 name
 * the inviter instead of who is invited. In webhooks.yml the key is in the singular.
 *
 * An entry of `memberCallbackList` without `userID` is held back: it crashes the server.
 */
export default definePlugin({
  command: "callbackBeforeMembersJoinGroupCommand",
  aliases: ["callbackBeforeMemberJoinGroupCommand", "CallbackBeforeMembersJoinGroupCommand"],
  timing: "before",
  area: "group",
  webhook: { key: "beforeMemberJoinGroup", since: "v3.0.0-alpha.0", renamed: "v3.8.0" },
  summary: "Users are about to become members of a group.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    memberList: z.array(z.looseObject({
      userID: userID.describe("Who is about to become a member."),
      ex: ex.describe("Free text of the app on the member."),
    })).nullish().describe("The users; absent up to 3.8.0-rc.1."),
    groupEx: z.string().describe("Free text of the app on the group."),
    userID: userID.optional().describe("The one user, up to 3.8.0-rc.1."),
    ex: ex.optional().describe("Free text of the app on the user, up to 3.8.0-rc.1."),
    operationID: operationID.describe("Trace ID, up to 3.4.0."),
  }),
  overrides: z.object({
    memberCallbackList: z.array(
      z.object({
        userID: userID.nullish().describe("The user of memberList that the entry is about."),
        nickname: z.string().nullish().describe("Nickname in the group."),
        faceURL: z.string().nullish().describe("Avatar in the group."),
        roleLevel: int32.nullish().describe("100 owner, 60 admin, 20 member."),
        muteEndTime: int64.nullish().describe(
          "Until when the member is muted, epoch milliseconds.",
        ),
        ex: ex.nullish().describe("Free text of the app on the member."),
      }).nullable(),
    ).nullish().describe("What to change of the users of memberList; since 3.8.0."),
    nickname: z.string().nullish().describe("Nickname in the group, up to 3.8.0-rc.1."),
    faceURL: z.string().nullish().describe("Avatar in the group, up to 3.8.0-rc.1."),
    roleLevel: int32.nullish().describe("Role of the user, up to 3.8.0-rc.1."),
    muteEndTime: int64.nullish().describe(
      "Until when the user is muted, epoch milliseconds; up to 3.8.0-rc.1.",
    ),
    ex: ex.nullish().describe("Free text of the app on the user, up to 3.8.0-rc.1."),
  }),
  guards: {
    memberCallbackList(entries) {
      const kept = entries?.filter((entry) => (entry?.userID ?? null) !== null) ?? null;
      if (entries === null || kept?.length === entries.length) return { keep: entries };
      return { keep: kept, dropped: "the server crashes on an entry without userID" };
    },
  },
  sample: {
    groupID: "3047716255",
    memberList: [{ userID: "5118930138", ex: "" }, { userID: "3034068043", ex: "" }],
    groupEx: "",
  },
});
