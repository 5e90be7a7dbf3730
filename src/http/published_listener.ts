/**
 * The listener for a Deno that has no HTTP for single connections: `Deno.serve` takes connections
 * in, and what it does not let one bound is not bounded.
 *
 * @module
 */
import { readCertificate } from "./server/certificate.ts";
import { Connection } from "./connections.ts";
import type { Listener, ListenerContext, ListenerSettings } from "./listener.ts";

/** What this listener does without, as the rules file calls it. */
export const lostLimits = [
  "server.limits.headWithin",
  "server.limits.bodyWithin",
  "server.limits.idle",
  "server.limits.connections",
  "server.limits.connectionsPerCaller",
  "new certificates without a restart",
] as const;

/**
 * Listens as `startListener` does, without the {@link lostLimits}.
 *
 * @throws whatever keeps it from listening: the address, or the certificate.
 */
export async function startPublishedListener(
  { hostname, port, tls }: ListenerSettings,
  { handler, onError, clock }: Pick<ListenerContext, "handler" | "onError" | "clock">,
): Promise<Listener> {
  const certificate = tls && await readCertificate(tls);
  const server = Deno.serve(
    { hostname, port, ...certificate, onListen() {}, onError },
    (request, { remoteAddr }) => {
      const connection = new Connection(remoteAddr.hostname, clock);
      connection.head();
      return handler(request, connection);
    },
  );
  return {
    address: server.addr,
    renewCertificate: () => Promise.resolve(),
    shutdown: () => server.shutdown(),
  };
}
