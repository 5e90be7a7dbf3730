/**
 * What a phone's notification shows: `OfflinePushInfo` of the server. Push callbacks carry it flat
 * among their own fields, answers as one object.
 *
 * @module
 */
import { z } from "zod";

/**
 * The fields as they stand in a request. All are absent when the message carries no push info; 2.x
 * leaves out the empty ones.
 */
export const offlinePushInfoFields = {
  title: z.string().optional().describe("Title of the notification."),
  desc: z.string().optional().describe("Text of the notification."),
  ex: z.string().optional().describe("Free text of the app."),
  iOSPushSound: z.string().optional().describe("Sound file for iOS."),
  iOSBadgeCount: z.boolean().optional().describe("Whether the iOS badge goes up."),
  signalInfo: z.string().optional().describe("Call signalling; since 3.0."),
};

/** The object in an answer. It replaces the message's whole push info: what it lacks is empty. */
export const offlinePushInfo = z.object(offlinePushInfoFields);
