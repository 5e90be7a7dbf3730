/**
 * The field types of OpenIM's callback bodies, written once.
 *
 * OpenIM's bodies are Go structs; their integer widths matter to every reader, so the names
 * here are Go's. A plugin adds `.describe(...)` with what the field really carries.
 *
 * @module
 */
import { z } from "zod";

const wholeNumber = (name: string, least: number, most: number) =>
  z.number().refine((value) => Number.isInteger(value) && value >= least && value <= most, {
    error: `expected a whole number (${name})`,
  }).meta({ wire: name });

/** A signed 32-bit integer. */
export const int32 = wholeNumber("int32", -(2 ** 31), 2 ** 31 - 1);

/** An unsigned 32-bit integer, such as `seq` of a message. */
export const uint32 = wholeNumber("uint32", 0, 2 ** 32 - 1);

/**
 * A signed 64-bit integer, such as a time in epoch milliseconds.
 *
 * A handler sees a JavaScript number, which is exact up to 2^53. Expressions in the rules file see
 * every digit, and `forward` sends the original bytes, so nothing is rounded on its way out.
 * 2^63 itself is taken, since that is the number that 9223372036854775807, the largest int64, is
 * rounded to.
 */
export const int64 = wholeNumber("int64", -(2 ** 63), 2 ** 63);

/** The ID of an OpenIM user, as the app gave it at registration. */
export const userID = z.string();

/** The ID of a group. */
export const groupID = z.string();

/**
 * The trace ID in the body. Optional, since most of the documented samples leave it out; a
 * callback's own `operationID` is always there.
 */
export const operationID = z.string().optional().describe(
  "Trace ID of what the user did, as in the header.",
);

/** The `ex` that OpenIM keeps for the app on users, groups, members and messages. */
export const ex = z.string().describe("Free text of the app.");
