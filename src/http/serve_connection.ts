/**
 * HTTP on one connection. `Deno.serve` takes connections in by itself and lets nobody near them: a
 * head that is never whole keeps one for ever, and nothing counts them. Deno has the same server
 * for a single connection, at the same cost for each request, but has not published it: this file
 * alone knows where it is. A Deno without it is served by `published_listener.ts`.
 *
 * `node:http` has such limits as well, at twice the cost for each request; a forwarder in front of
 * `Deno.serve` would copy every byte twice.
 *
 * @module
 */

/** Answers a request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** HTTP on one connection. */
export interface ServedConnection {
  /** Resolves when the connection has ended, however it did. */
  readonly finished: Promise<void>;
  /** Ends the connection when what is in flight is answered. */
  shutdown(): Promise<void>;
  /** Ends the connection at once. */
  abort(): void;
}

/** This Deno has no HTTP for single connections. */
export class ServeConnectionError extends Error {
  override readonly name = "ServeConnectionError";
}

type ServeHttpOnConnection = (
  connection: Deno.Conn,
  signal: AbortSignal,
  handler: Handler,
  onError: (error: unknown) => Response,
  onListen: (scheme: string) => void,
) => { readonly finished: Promise<void>; shutdown(): Promise<void> };

/**
 * Finds Deno's HTTP for single connections.
 *
 * @throws {ServeConnectionError} when this version of Deno has none.
 */
export function connectionServer(
  onError: (error: unknown) => Response,
): (connection: Deno.Conn, handler: Handler) => ServedConnection {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const internals = (Deno as unknown as Readonly<Record<symbol, unknown>>)[internal] as
    | { readonly serveHttpOnConnection?: ServeHttpOnConnection }
    | undefined;
  const serve = internals?.serveHttpOnConnection;
  if (typeof serve !== "function") {
    throw new ServeConnectionError(
      `Deno ${Deno.version.deno} cannot serve HTTP on single connections: use Deno 2.9.6`,
    );
  }
  return (connection, handler) => {
    const controller = new AbortController();
    const server = serve(connection, controller.signal, handler, onError, () => {});
    // it fails where a client hangs up or sends what is no HTTP, which ends the connection as well
    const finished = server.finished.catch(() => {});
    return {
      finished,
      shutdown: () => server.shutdown().catch(() => {}),
      abort: () => controller.abort(),
    };
  };
}
