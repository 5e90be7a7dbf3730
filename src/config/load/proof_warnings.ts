/**
 * What is probably not meant of who may call.
 *
 * @module
 */
import { describeProofs } from "./open_door.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";
import { secretsOf, type ServerSettings } from "../sections/server_section.ts";

/**
 * Warns of a secret that is the only proof, because OpenIM gives it away, and of refusals that a
 * mistyped secret would switch off.
 *
 * @param refuses whether rules may refuse a callback.
 */
export function proofWarnings(
  server: ServerSettings,
  refuses: boolean,
): readonly SchemaProblem[] {
  const proofs = describeProofs(server);
  const warnings: SchemaProblem[] = [];
  if (secretsOf(server).length > 0 && proofs.length === 1) {
    warnings.push({
      path: ["server", "secret"],
      message: "is the only proof, and OpenIM shows the whole URL to the user of its API when a " +
        'callback times out; add "callers.allow", or a "token" that a proxy adds as a header',
    });
  }
  if (refuses && proofs.length > 0 && server.unproven === undefined) {
    warnings.push({
      path: ["server"],
      atKey: true,
      message: "rules refuse, but a callback without proof goes on in OpenIM 3.7 and later: a " +
        'mistyped secret would switch them off; add "unproven": "refuse", or "continue" if that ' +
        "is meant",
    });
  }
  return warnings;
}
