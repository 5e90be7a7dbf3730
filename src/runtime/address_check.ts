import { splitAddress } from "../config/sections/listen_address.ts";

/** How long something that listens may take to accept a connection, milliseconds. */
const connectWithin = 1000;

/**
 * Checks whether an address could be listened on, without listening: a router that will not start
 * must not accept connections, not even for an instant.
 *
 * @throws {Deno.errors.AddrInUse} if something listens, and what listening itself would throw
 * for an address that is not this machine's, a port that this user may not have, or a name that
 * cannot be resolved.
 */
export async function checkAddress(address: string): Promise<void> {
  const { hostname, port } = splitAddress(address);
  bind(hostname, port);
  if (port !== 0 && await answers(hostname, port)) {
    throw new Deno.errors.AddrInUse(`something listens on ${address}`);
  }
}

/** Whether two addresses cannot both be listened on, as far as their texts tell. */
export function sameAddress(one: string, other: string): boolean {
  const [first, second] = [splitAddress(one), splitAddress(other)];
  if (first.port !== second.port || first.port === 0) return false;
  return first.hostname === second.hostname ||
    [first, second].some(({ hostname }) => hostname === "0.0.0.0" || hostname === "::");
}

/** Datagrams need the same right to an address as connections do, and open nothing to anybody. */
function bind(hostname: string, port: number): void {
  try {
    Deno.listenDatagram({ transport: "udp", hostname, port }).close();
  } catch (error) {
    // another service's datagrams are in nobody's way
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  }
}

async function answers(hostname: string, port: number): Promise<boolean> {
  const late = AbortSignal.timeout(connectWithin);
  try {
    using connection = await Deno.connect({ hostname, port, signal: late });
    // the system may connect a port to itself
    return connection.localAddr.port !== port;
  } catch {
    // one that is busy listens all the same
    return late.aborted;
  }
}
