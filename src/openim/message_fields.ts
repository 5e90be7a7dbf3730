/**
 * The fields that all message callbacks share: `CommonCallbackReq` of the server.
 *
 * @module
 */
import { z } from "zod";
import { ex, int32, int64, operationID, uint32, userID } from "./fields.ts";

/** The shape of a message callback's body, without the receiver or the group. */
export const messageFields = {
  sendID: userID.describe("The sender."),
  serverMsgID: z.string().describe("Message ID given by the server, 32 hex digits."),
  clientMsgID: z.string().describe("Message ID given by the client or the REST API."),
  operationID,
  senderPlatformID: int32.describe("Platform of the sending device; 0 or 10 for the REST API."),
  senderNickname: z.string().describe("Nickname that the client put on the message."),
  sessionType: int32.describe("Kind of conversation: 1 one-to-one, 3 group, 4 notification."),
  msgFrom: int32.describe("100 from a client, 200 from the REST API or the system."),
  contentType: int32.describe(
    "Kind of content: 101 text, 106 text with mentions, 110 custom, 114 quote, ...; 123 on main; " +
      "1000 to 5000 are the server's notifications, 2300 of a stream among them.",
  ),
  status: int32.describe("1 from clients, 0 from the REST API."),
  sendTime: int64.optional().describe(
    "When the server took the message, epoch milliseconds; since 3.8.1.",
  ),
  createTime: int64.describe("When the client made the message, epoch milliseconds."),
  content: z.string().describe(
    'JSON text inside the string, such as {"content":"hi"} for 101; plain text in version 2.',
  ),
  seq: uint32.optional().describe("0: messages get their sequence number later; since 2.3.2."),
  atUserList: z.array(userID).nullish().describe(
    "Users mentioned, AtAllTag for everyone; null when nobody is; since 2.2.0.",
  ),
  faceURL: z.string().optional().describe("Avatar of the sender; since 2.2.0."),
  ex: ex.optional().describe("Free text of the app; since 2.3.2."),
};
