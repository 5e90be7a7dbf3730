import { z } from "zod";
import { pushFields } from "../../src/openim/push_fields.ts";
import { definePlugin, userID } from "../../src/extension/define_plugin.ts";

/**
 * A one-to-one message or a notification of the server is about to go to connected devices. A
 * refusal stops this push and the offline push after it; the message stays stored, and clients get
 * it when they next synchronise.
 *
 * Notifications (`contentType` 1000 to 5000), such as those of new friends, come in every version;
 * clients learn of what a refused one says with a full synchronisation alone. The push waits for the
 * answer.
 *
 * That is all an answer can do: the overrides in the documentation have no effect. The list
 * usually holds the sender too, for the sender's other devices. 3.0.0 to 3.8.2-alpha.1 skip the
 * callback when it does, which is most of the time. Groups have
 * `callbackBeforeGroupOnlinePushCommand`. The documented `callbackBeforePushCommand` is taken for
 * the offline push, with which it shares that name.
 */
export default definePlugin({
  command: "callbackBeforeOnlinePushCommand",
  aliases: ["callbackOnlinePushCommand"],
  timing: "before",
  area: "push",
  webhook: { key: "beforeOnlinePush", since: "v2.3.0-rc2", renamed: "v3.7.0" },
  notifications: { versions: {} },
  summary: "A one-to-one message or a notification is about to go to connected devices.",
  request: z.looseObject({
    ...pushFields,
    userIDList: z.array(userID).nullable().describe("The users whom it goes to."),
  }),
  ignoredOverrides: ["userIDList", "offlinePushInfo"],
  sample: {
    operationID: "1754300000123",
    platformID: 2,
    platform: "Android",
    userIDList: ["5118930138", "1695766238"],
    clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
    sendID: "1695766238",
    groupID: "",
    contentType: 101,
    sessionType: 1,
    atUserIDList: null,
    content: '{"content":"See you at the trailhead at nine"}',
  },
});
