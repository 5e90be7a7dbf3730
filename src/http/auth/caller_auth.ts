/**
 * Who may call. A caller must give each proof that is configured; what is not configured
 * costs nothing.
 *
 * @module
 */
import { getPath } from "hono/utils/url";
import type { CallerRequest } from "./caller_request.ts";
import { callerAddresses, type CallerAddressSettings } from "./caller_addresses.ts";
import { headerToken, type HeaderTokenSettings } from "./header_token.ts";
import { secretPrefix } from "./secret_prefix.ts";
import { signature, type SignatureContext, type SignatureSettings } from "./signature.ts";

/** What callers have to prove. */
export interface CallerAuthSettings {
  /** The secrets of which the path has to start with one; none for paths of any kind. */
  readonly secrets: readonly string[];
  readonly addresses: CallerAddressSettings;
  readonly token?: HeaderTokenSettings | undefined;
  readonly signature?: SignatureSettings | undefined;
}

/** Lets requests in. */
export interface CallerAuth {
  /**
   * Looks at a request's head alone, before any of its body is read.
   *
   * @param peer the address of the connection's other end.
   * @returns the path without the secret.
   * @throws {CallerError} for a caller without proof.
   */
  admit(request: CallerRequest, peer: string): string;
  /** The path of a request, let in or not, as it may be logged: without the secret. */
  shownPath(request: CallerRequest): string;
  /** The address of a request's caller, as it may be logged. */
  callerOf(request: CallerRequest, peer: string): string;
  /** Whether a peer is a proxy, which stands for many callers. */
  isProxy(peer: string): boolean;
}

/**
 * Makes the check of callers.
 *
 * @throws {Error} when a key is not one of its algorithm.
 */
export function createCallerAuth(
  settings: CallerAuthSettings,
  context: SignatureContext,
): CallerAuth {
  const { secrets } = settings;
  const prefix = secrets.length > 0 ? secretPrefix(secrets) : undefined;
  const addresses = callerAddresses(settings.addresses);
  const checks: ((request: CallerRequest, peer: string) => void)[] = [];
  if (settings.addresses.allow.length > 0) checks.push(addresses.check);
  if (settings.token !== undefined) checks.push(headerToken(settings.token));
  // the last one: a nonce is used up by a request that is let in, and by no other
  const last = settings.signature && signature(settings.signature, context);

  return {
    admit(request, peer) {
      for (const check of checks) check(request, peer);
      const path = pathOf(request);
      const inner = prefix === undefined ? path : prefix.strip(path);
      last?.(request);
      return inner;
    },
    shownPath(request) {
      const path = pathOf(request);
      if (prefix === undefined) return path;
      try {
        // if both a proxy and a URL put it in front, it is there twice
        return withoutAny(secrets, prefix.strip(path));
      } catch {
        // it may hold the secret in another place, or all of it but a letter
        return "(not shown: without the secret)";
      }
    },
    callerOf: addresses.of,
    isProxy: addresses.isProxy,
  };
}

function pathOf({ url }: CallerRequest): string {
  return getPath({ url } as Request);
}

function withoutAny(secrets: readonly string[], path: string): string {
  return path.split("/").map((segment) => secrets.includes(segment) ? "***" : segment).join("/");
}
