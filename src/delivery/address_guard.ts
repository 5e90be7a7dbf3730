import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isAddressHost, nonPublicReason } from "../values/public_addresses.ts";

/** A target's address is none of the public internet, and the target does not say that it may be. */
export class AddressError extends Error {
  override readonly name = "AddressError";
  /** Whether the URL itself holds the address. It stays refused; a name may get another address. */
  readonly literal: boolean;

  constructor(host: string, reason: string, { literal }: { readonly literal: boolean }) {
    super(
      `${host} ${reason}, which is refused; if that is meant, write "network": "private" ` +
        "for the target in the rules file",
    );
    this.literal = literal;
  }
}

/** This process has the right to connect to none of a name's addresses. */
export class ForbiddenAddressError extends Error {
  override readonly name = "ForbiddenAddressError";

  constructor(host: string, found: readonly ResolvedAddress[]) {
    const addresses = found.map(({ address }) => address).join(", ");
    super(
      `${host} resolves to ${addresses}, and the router was started without the right to connect ` +
        'there: "deno task check --permissions" prints the --allow-net that it needs',
    );
  }
}

/** Finds the addresses of a name, all of them. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** An address as `node:dns` gives it. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Asks the system, as every other program does: its hosts file, then DNS. */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * Checks a URL's host if it is an IP address: there is no look-up then that could be guarded.
 *
 * @throws {AddressError} for one that is not public.
 */
export function guardLiteral({ hostname }: URL): void {
  const reason = isAddressHost(hostname) ? nonPublicReason(hostname) : undefined;
  if (reason !== undefined) throw new AddressError(hostname, `is ${reason}`, { literal: true });
}

/**
 * A look-up for `net.connect` that gives public addresses alone. The socket connects to what it
 * returns and to nothing else, so what is checked is what is connected to. A name with one address
 * that is not public is refused as a whole: which of them is tried would be left to chance.
 *
 * @param allowed whether this process has the right to connect to an address.
 */
export function guardedLookup(resolve: Resolve, allowed?: Allowed): LookupFunction {
  return lookupBy(resolve, allowed, (hostname, { address }) => {
    const reason = nonPublicReason(address);
    if (reason === undefined) return;
    throw new AddressError(hostname, `resolves to ${address}, ${reason}`, { literal: false });
  });
}

/** A look-up for `net.connect` that gives whatever address a name has. */
export function plainLookup(resolve: Resolve, allowed?: Allowed): LookupFunction {
  return lookupBy(resolve, allowed, () => {});
}

/** Whether this process has the right to connect to an address. */
export type Allowed = (found: ResolvedAddress) => boolean;

function lookupBy(
  resolve: Resolve,
  allowed: Allowed = () => true,
  check: (hostname: string, found: ResolvedAddress) => void,
): LookupFunction {
  return (hostname, options, callback) => {
    const checked = async () => {
      const all = [...await resolve(hostname)];
      if (all.length === 0) throw new Error(`no address for ${hostname}`);
      for (const each of all) check(hostname, each);
      // a socket that tries one without the right to would try none of the others
      const found = all.filter(allowed);
      const [first] = found;
      if (first === undefined) throw new ForbiddenAddressError(hostname, all);
      return { found, first };
    };
    checked().then(
      ({ found, first }) => {
        if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, ""),
    );
  };
}
