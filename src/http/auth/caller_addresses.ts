/**
 * Where a request comes from: the peer of its connection or, behind proxies that are trusted, the
 * address that they say.
 *
 * @module
 */
import { addressRanges, isAddress } from "./address_ranges.ts";
import { CallerError } from "./caller_error.ts";
import type { CallerRequest } from "./caller_request.ts";

/** Which addresses may call. */
export interface CallerAddressSettings {
  /** Ranges that may call; every address when there is none. */
  readonly allow: readonly string[];
  /** Ranges of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

/** Finds and checks where requests come from. */
export interface CallerAddresses {
  /** The address of the caller; the peer's if a trusted proxy sends none that can be read. */
  of(request: CallerRequest, peer: string): string;
  /** @throws {CallerError} when the caller's address may not call. */
  check(request: CallerRequest, peer: string): void;
  /** Whether a peer stands for many callers. */
  isProxy(peer: string): boolean;
}

/** Some proxies, such as Azure's, write `10.1.2.3:50000` and `[fd00::1]:50000`. */
function withoutPort(hop: string): string {
  const [, v6, v4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(hop) ?? [];
  return v6 ?? v4 ?? hop;
}

/** Makes the check of callers' addresses. */
export function callerAddresses(settings: CallerAddressSettings): CallerAddresses {
  const { allow, trustedProxies } = settings;
  const allowed = addressRanges(allow);
  const trusted = addressRanges(trustedProxies);

  /** The caller's address, or undefined if a proxy sends something else. */
  const find = (request: CallerRequest, peer: string): string | undefined => {
    if (!trusted.includes(peer)) return peer;
    const forwarded = request.headers.get("x-forwarded-for");
    if (forwarded === null) return peer;
    // a caller may send such a header itself: only what trusted proxies have put behind it counts
    let end = forwarded.length;
    while (true) {
      const comma = forwarded.lastIndexOf(",", end - 1);
      const hop = withoutPort(forwarded.slice(comma + 1, end).trim());
      if (!isAddress(hop)) return undefined;
      if (comma <= 0 || !trusted.includes(hop)) return hop;
      end = comma;
    }
  };

  return {
    of: (request, peer) => find(request, peer) ?? peer,
    check(request, peer) {
      if (allow.length === 0) return;
      const address = find(request, peer);
      if (address === undefined) {
        throw new CallerError("forbidden", "X-Forwarded-For holds what is no address");
      }
      if (!allowed.includes(address)) {
        throw new CallerError("forbidden", "the address is not one that may call");
      }
    },
    isProxy: (peer) => trusted.includes(peer),
  };
}
