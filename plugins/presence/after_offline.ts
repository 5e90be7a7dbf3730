import { z } from "zod";
import { connID, presenceFields } from "../../src/openim/presence_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A device of a user has disconnected.
 *
 * The user may still be online with another device: one that takes the place of another of its kind
 * gives online, offline and online within 15 ms, with equal `seq`, and in any order. Since 3.8.2 `connID` and `operationID` say
 * nothing any more. 3.0.0 to 3.1.0, 3.8.0 and 3.8.1 never send it. The documentation calls it
 * deprecated; the server goes on sending it.
 */
export default definePlugin({
  command: "callbackAfterUserOfflineCommand",
  aliases: ["callbackUserOfflineCommand"],
  timing: "after",
  area: "presence",
  webhook: {
    key: "afterUserOffline",
    since: "v2.1.0",
    renamed: "v3.7.0",
    unsent: "v3.0.0 to v3.1.0, v3.8.0 and v3.8.1",
  },
  summary: "A device of a user has disconnected.",
  request: z.looseObject({ ...presenceFields, connID }),
  sample: {
    operationID: "p_1_42",
    platformID: 1,
    platform: "IOS",
    userID: "1695766238",
    seq: 1754300000123,
    connID: "",
  },
});
