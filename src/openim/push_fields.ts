/**
 * The fields that the push callbacks share.
 *
 * @module
 */
import { z } from "zod";
import { groupID, int32, int64, operationID, userID } from "./fields.ts";

/** The shape of a push callback's body, without the users that the message goes to. */
export const pushFields = {
  operationID,
  platformID: int64.describe("Platform of the sending device, not of the receiving ones."),
  platform: z.string().describe("Its name in the server's spelling, such as IOS."),
  clientMsgID: z.string().describe("Message ID given by the client or the REST API."),
  sendID: userID.describe("The sender."),
  groupID: groupID.describe('The group; "" for one-to-one messages.'),
  contentType: int32.describe(
    "Kind of content: 101 text, 106 text with mentions, ...; 1000 to 5000 are notifications.",
  ),
  sessionType: int32.describe("Kind of conversation: 1 one-to-one, 3 group, 4 notification."),
  atUserIDList: z.array(userID).nullable().describe("Users mentioned; null when nobody is."),
  content: z.string().describe(
    'JSON text inside the string, such as {"content":"hi"} for 101; plain text in version 2.',
  ),
};
