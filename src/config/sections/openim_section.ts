/**
 * The `openim` section of the rules file: what is known of the servers that call.
 *
 * @module
 */
import { z } from "zod";
import { isVersion } from "../../openim/versions.ts";

const version = z.string().refine(
  isVersion,
  'expected a version such as "3.8.3" or "3.8.3-patch.16", or "main" for the development branch',
);

/** The servers that call. */
export const openim = z.strictObject({
  version: version.optional().describe(
    "The version of your OpenIM servers. If they differ, give the oldest. The router then " +
      "sends overrides that only other versions crash on, and leaves out warnings that concern " +
      "only other versions.",
  ),
});
