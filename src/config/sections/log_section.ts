/**
 * The `log` section of the rules file: what is logged, where to, and what is left out.
 *
 * @module
 */
import { z } from "zod";
import { byteSize } from "../../values/byte_size.ts";

const file = z.strictObject({
  path: z.string().min(1).describe(
    "The file, relative to the rules file. If its folder is missing, the router makes it.",
  ),
  size: byteSize.default("100MiB").describe(
    "The size at which the router begins a new file. The old file gets the ending .1.",
  ),
  keep: z.int().min(1).max(1000).default(5).describe(
    "How many old files are kept. The latest is .1. If there are more, the oldest is deleted.",
  ),
});

/** The router's own log. */
export const log = z.strictObject({
  level: z.enum(["debug", "info", "warning", "error"]).default("info").describe(
    "The lowest level that is written.",
  ),
  format: z.enum(["json", "pretty"]).default("json").describe("JSON lines, or lines for people."),
  file: file.optional().describe("Writes to a file instead of standard error."),
  redact: z.array(
    z.string().min(1).refine(
      (name) => name !== "command" && name !== "operationID",
      "every line of a callback carries it; without it nobody could follow one",
    ),
  ).default([]).describe(
    "Names of fields, such as sendID, whose values the log leaves out: fields of lines at " +
      "any depth, and fields of a log rule that read such a field of a callback.",
  ),
});
