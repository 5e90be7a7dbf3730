import { z } from "zod";
import { definePlugin, ex, groupID, userID } from "../../src/extension/define_plugin.ts";

/**
 * A user is about to apply to a group, or to join it directly if nobody has to approve. A
 * refusal stops that.
 *
 * `groupType` is one character with the type as its code, "\u0002" for 2: a slip of the server.
 * The applicant is `applyID`. The key in webhooks.yml is `beforeApplyJoinGroup`. The documentation
 * has another name for the command, other fields, and overrides that no server reads.
 */
export default definePlugin({
  command: "callbackBeforeJoinGroupCommand",
  aliases: [
    "callbackBeforeApplyMemberJoinGroupCommand",
    "CallbackBeforeApplyMemberJoinGroupCommand",
  ],
  timing: "before",
  area: "group",
  webhook: { key: "beforeApplyJoinGroup", since: "v3.5.0-beta.1" },
  summary: "A user is about to apply to a group, or to join it directly.",
  request: z.looseObject({
    groupID: groupID.describe("The group."),
    groupType: z.string().describe("One character with the kind of group as its code."),
    applyID: userID.describe("The applicant."),
    reqMessage: z.string().describe("What the applicant wrote."),
    ex: ex.optional().describe("Free text of the app; since 3.5.0."),
  }),
  sample: {
    groupID: "3047716255",
    groupType: "\u0002",
    applyID: "3034068043",
    reqMessage: "May I join?",
    ex: "",
  },
});
