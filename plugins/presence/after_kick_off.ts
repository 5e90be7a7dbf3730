import { z } from "zod";
import { presenceFields } from "../../src/openim/presence_fields.ts";
import { definePlugin } from "../../src/extension/define_plugin.ts";

/**
 * A second login has forced a device out.
 *
 * Only 2.3.2 and 2.3.3 send it. Every 3.x has the command and the key in its configuration, and
 * nothing that sends it.
 */
export default definePlugin({
  command: "callbackAfterUserKickOffCommand",
  aliases: ["callbackUserKickOffCommand"],
  timing: "after",
  area: "presence",
  webhook: { key: "afterUserKickOff", since: "v2.3.2", unsent: "any v3" },
  summary: "A second login has forced a device out.",
  request: z.looseObject(presenceFields),
  sample: {
    operationID: "1754300000123",
    platformID: 1,
    platform: "IOS",
    userID: "1695766238",
    seq: 1754300000123,
  },
});
