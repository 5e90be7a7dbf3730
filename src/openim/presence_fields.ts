/**
 * The fields that the presence callbacks share.
 *
 * @module
 */
import { z } from "zod";
import { int64, operationID, userID } from "./fields.ts";

/** The shape of a presence callback's body. */
export const presenceFields = {
  operationID: operationID.describe(
    "Trace ID; since 3.8.2 a counter of the gateway process, p_<pid>_<n>.",
  ),
  platformID: int64.describe(
    "Platform of the device: 1 iOS, 2 Android, 3 Windows, 5 web, ...; a bot on main.",
  ),
  platform: z.string().describe("Its name in the server's spelling, such as IOS."),
  userID: userID.describe("The user."),
  seq: int64.describe(
    "When it was sent, epoch milliseconds; no sequence number, and equal for what comes at once.",
  ),
};

/** The connection's own ID, in the online and offline callbacks of 3.x. */
export const connID = z.string().optional().describe(
  'ID of the connection, 32 hex digits; always "" since 3.8.2.',
);
