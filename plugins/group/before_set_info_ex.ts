import { z } from "zod";
import { groupInfoChanges } from "../../src/openim/group_changes.ts";
import { definePlugin, ex, groupID, int32 } from "../../src/extension/define_plugin.ts";

/**
 * A group is about to be changed by the call that current clients use; null stands for what stays
 * as it is. A refusal stops it.
 *
 * The server takes these values from the answer and forgets those of the request: where one is
 * missing, the change is lost without a word. So eight of them are returned in every answer,
 * nulls included; an override of null takes a change back. Values are bare: the `{"value": ...}`
 * of the documentation cannot be decoded, which refuses the change. 3.8.1-rc.1 spells the command
 * EX.
 */
export default definePlugin({
  command: "callbackBeforeSetGroupInfoExCommand",
  aliases: ["callbackBeforeSetGroupInfoEXCommand"],
  timing: "before",
  area: "group",
  webhook: { key: "beforeSetGroupInfoEx", since: "v3.8.1-rc.1", renamed: "v3.8.1-rc.2" },
  summary: "A group is about to be changed.",
  request: z.looseObject(groupInfoChanges),
  overrides: z.object({
    groupID: groupID.optional().describe("The group that is changed."),
    groupName: z.string().nullish().describe("New name; null takes the change back."),
    introduction: z.string().nullish().describe("New introduction; null takes the change back."),
    faceURL: z.string().nullish().describe("New avatar; null takes the change back."),
    ex: ex.nullish().describe("New free text of the app; null takes the change back."),
    needVerification: int32.nullish().describe(
      "Who needs approval: 0 who applies, 1 everybody, 2 nobody; null takes the change back.",
    ),
    lookMemberInfo: int32.nullish().describe(
      "Whether members may look at other members; null takes the change back.",
    ),
    applyMemberFriend: int32.nullish().describe(
      "Whether members may add each other as friends; null takes the change back.",
    ),
  }),
  ignoredOverrides: ["notification"],
  echo: [
    "groupID",
    "groupName",
    "faceURL",
    "introduction",
    "ex",
    "needVerification",
    "lookMemberInfo",
    "applyMemberFriend",
  ],
  guards: {
    groupID: (id) =>
      id === "" ? { keep: undefined, dropped: "the call fails without a group" } : { keep: id },
  },
  sample: {
    operationID: "",
    groupID: "3047716255",
    groupName: "Saturday hikers",
    notification: null,
    introduction: null,
    faceURL: null,
    ex: null,
    needVerification: 1,
    lookMemberInfo: null,
    applyMemberFriend: null,
  },
});
