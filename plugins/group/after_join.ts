import { z } from "zod";
import {
  definePlugin,
  groupID,
  int32,
  operationID,
  userID,
} from "../../src/extension/define_plugin.ts";

/**
 * A user has joined a group that needs no approval. Invitations and approved applications do not
 * send it.
 *
 * `inviterUserID` is the user who joined, in spite of its name; there is no `userID`.
 */
export default definePlugin({
  command: "callbackAfterJoinGroupCommand",
  aliases: ["callbackAfterMemberJoinGroupCommand", "CallbackAfterMemberJoinGroupCommand"],
  timing: "after",
  area: "group",
  webhook: { key: "afterJoinGroup", since: "v3.5.0-beta.1" },
  summary: "A user has joined a group directly.",
  request: z.looseObject({
    operationID,
    groupID: groupID.describe("The group."),
    reqMessage: z.string().describe("What the user wrote."),
    joinSource: int32.describe("1 added by an admin, 2 invited, 3 by search, 4 by QR code."),
    inviterUserID: userID.describe("The user who joined."),
  }),
  sample: {
    operationID: "1754300000123",
    groupID: "3047716255",
    reqMessage: "May I join?",
    joinSource: 3,
    inviterUserID: "3034068043",
  },
});
