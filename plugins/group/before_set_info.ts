import { z } from "zod";
import { emptyOperationID } from "../../src/openim/group_changes.ts";
import { definePlugin, ex, groupID, int32 } from "../../src/extension/define_plugin.ts";

/**
 * A group is about to be changed by the older set-group-info call. A refusal stops it.
 *
 * The server overwrites name, avatar and introduction with what the answer says, and looks the
 * group up by the answer's `groupID`. So these four are returned in every answer; an answer
 * without them breaks the call. 0 and "" stand both for "unset" and for the value itself.
 * `callbackBeforeSetGroupInfoExCommand` is the one for current clients; the documentation's page
 * of this name describes that one.
 */
export default definePlugin({
  command: "callbackBeforeSetGroupInfoCommand",
  aliases: ["setGroupInfoBeforeCommand"],
  timing: "before",
  area: "group",
  webhook: { key: "beforeSetGroupInfo", since: "v3.5.0-beta.1" },
  summary: "A group is about to be changed by the older call.",
  request: z.looseObject({
    operationID: emptyOperationID,
    groupID: groupID.describe("The group."),
    groupName: z.string().describe('New name; "" when it stays.'),
    notification: z.string().describe('New announcement; "" when it stays.'),
    introduction: z.string().describe('New introduction; "" when it stays.'),
    faceURL: z.string().describe('New avatar; "" when it stays.'),
    ex: ex.describe('New free text of the app; "" when it stays.'),
    needVerification: int32.describe(
      "0 who applies needs approval or it stays, 1 everybody, 2 nobody.",
    ),
    lookMemberInfo: int32.describe("Whether members may look at others; 0 when it stays."),
    applyMemberFriend: int32.describe("Whether members may add each other; 0 when it stays."),
  }),
  overrides: z.object({
    groupID: groupID.optional().describe("The group that is changed."),
    groupName: z.string().optional().describe("New name."),
    introduction: z.string().optional().describe("New introduction."),
    faceURL: z.string().optional().describe("New avatar."),
    ex: ex.nullish().describe("New free text of the app."),
    needVerification: int32.nullish().describe(
      "Who needs approval: 0 who applies, 1 everybody, 2 nobody.",
    ),
    lookMemberInfo: int32.nullish().describe("Whether members may look at other members."),
    applyMemberFriend: int32.nullish().describe("Whether members may add each other as friends."),
  }),
  ignoredOverrides: ["notification"],
  echo: ["groupID", "groupName", "faceURL", "introduction"],
  guards: {
    groupID: (id) =>
      id === "" ? { keep: undefined, dropped: "the call fails without a group" } : { keep: id },
  },
  sample: {
    operationID: "",
    groupID: "3047716255",
    groupName: "Saturday hikers",
    notification: "",
    introduction: "",
    faceURL: "",
    ex: "",
    needVerification: 0,
    lookMemberInfo: 0,
    applyMemberFriend: 0,
  },
});
