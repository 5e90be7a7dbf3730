/**
 * Checks of the settings that say who may call.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { splitAddress } from "../sections/listen_address.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";
import { secretsOf, type ServerSettings } from "../sections/server_section.ts";

/**
 * The problem of a listener that anybody could call: it is reached from other machines, and callers
 * need not prove anything.
 */
export function openListener(server: ServerSettings): readonly SchemaProblem[] {
  if (server.insecure || isLoopback(splitAddress(server.listen).hostname)) return [];
  if (describeAuth(server).length > 0) return [];
  const message = "others than this machine reach this address, and nothing says who may call: " +
    'give a "secret", "callers.allow", a "token" or a "signature", or say "insecure": true';
  return [{ path: ["server", "listen"], message }];
}

/** What callers have to prove, in words without secrets. */
export function describeAuth(server: ServerSettings): readonly string[] {
  const { callers, token, signature } = server;
  const proofs: string[] = [];
  if (secretsOf(server).length > 0) proofs.push("secret path");
  if (!isForAll(callers)) proofs.push(`addresses ${callers.allow.join(", ")}`);
  if (token !== undefined) proofs.push(`token in ${token.header}`);
  if (signature !== undefined) {
    proofs.push(`${signature.algorithm} in ${signature.signatureHeader}`);
  }
  return proofs;
}

/**
 * Whether every address may call: none is named, a range is of all there are, or everybody is
 * trusted to say which address is theirs.
 */
function isForAll({ allow, trustedProxies }: ServerSettings["callers"]): boolean {
  return allow.length === 0 || [...allow, ...trustedProxies].some((range) => /\/0+$/.test(range));
}

function isLoopback(hostname: string): boolean {
  if (hostname === "localhost") return true;
  return ipaddr.isValid(hostname) && ipaddr.process(hostname).range() === "loopback";
}

/**
 * Warns of a secret that is the only proof, because OpenIM gives it away, and of refusals that a
 * mistyped secret would switch off.
 *
 * @param refuses whether rules may refuse a callback.
 */
export function authWarnings(
  server: ServerSettings,
  refuses: boolean,
): readonly SchemaProblem[] {
  const proofs = describeAuth(server);
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
