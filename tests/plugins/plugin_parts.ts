import { z } from "zod";
import { int64, userID } from "../../src/extension/define_plugin.ts";

/** What a before-callback's plugin has to declare. */
export const base = {
  command: "callbackBeforeTestCommand",
  timing: "before",
  area: "message",
  summary: "For tests.",
  request: z.looseObject({ sendID: userID, unreadMsgNum: int64, note: z.string().optional() }),
  sample: { sendID: "u1", unreadMsgNum: 5 },
} as const;

/** Overrides of every kind that a server takes. */
export const overrides = z.object({ ex: z.string().nullable(), status: int64 }).partial();
