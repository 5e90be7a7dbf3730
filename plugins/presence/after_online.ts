import { z } from "zod";
import { connID, presenceFields } from "../../src/openim/presence_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A device of a user has connected.
 *
 * It is no edge: since 3.8.2 it is repeated about every ten minutes for as long as the
 * connection lasts. Connections of one second are reported together, and `connID` and
 * `operationID` say nothing any more. A second device of one kind takes the place of the first:
 * online, offline and online come within 15 ms, with equal `seq`, and in any order. 3.0.0 to
 * 3.1.0, 3.8.0 and 3.8.1 never send it. 2.x adds the user's login token in clear text.
 */
export default definePlugin({
  command: "callbackAfterUserOnlineCommand",
  aliases: ["callbackUserOnlineCommand"],
  timing: "after",
  area: "presence",
  webhook: {
    key: "afterUserOnline",
    since: "v2.1.0",
    renamed: "v3.7.0",
    unsent: "v3.0.0 to v3.1.0, v3.8.0 and v3.8.1",
  },
  summary: "A device of a user has connected.",
  request: z.looseObject({
    ...presenceFields,
    isAppBackground: z.boolean().optional().describe("Whether the app is in the background."),
    connID,
    token: z.string().optional().describe("The login token, in clear text, in 2.x: never log it."),
  }),
  sample: {
    operationID: "p_1_42",
    platformID: 1,
    platform: "IOS",
    userID: "1695766238",
    seq: 1754300000123,
    isAppBackground: false,
    connID: "",
  },
});
