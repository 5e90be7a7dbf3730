/**
 * An HTTP server on `node:http` with bounds on connections, heads and the time of a request.
 *
 * `Deno.serve` has no published bound on any of them, and takes no connection any more once the
 * process was short of file descriptors.
 *
 * @module
 */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Clock } from "../../chain/clock.ts";
import { watchAccepting } from "./accept_watch.ts";

/** Bounds of an HTTP server; times in milliseconds. */
export interface HttpServerLimits {
  /** The most connections; further ones are closed at once. */
  readonly connections: number;
  /** The time for a head. */
  readonly headWithin: number;
  /** The time for a whole request, its body included. An answer may take longer. */
  readonly requestWithin: number;
  /** How long a connection stays open without a request; 0 for as long as the caller likes. */
  readonly idle: number;
  /** The most bytes of a head. */
  readonly headSize: number;
}

/** Where and how to listen. */
export interface HttpServerSettings {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: HttpServerLimits;
}

/** What a server is handed. */
export interface HttpServerContext {
  /** Answers a request, as the `fetch` of a Hono app does. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly clock: Clock;
  /** The server took no connections and listens again. */
  readonly listensAgain?: () => void;
}

/** A server that listens. */
export interface HttpServer {
  /** The port is a real one. */
  readonly address: Deno.NetAddr;
  /** Takes no more connections, and breaks off what is not answered within these milliseconds. */
  close(within: number): Promise<void>;
}

/** How often connections are looked at, milliseconds: a limit passes that much late. */
const lookEvery = 1000;

/**
 * Listens.
 *
 * @throws the system's error when the address cannot be listened on.
 */
export async function startHttpServer(
  { hostname, port, limits }: HttpServerSettings,
  { fetch, clock, listensAgain = () => {} }: HttpServerContext,
): Promise<HttpServer> {
  const answer = getRequestListener((request) => fetch(ofDeno(request)), {
    overrideGlobalObjects: false,
  });
  const answers = new Set<ServerResponse>();
  const server = createServer({
    headersTimeout: limits.headWithin,
    requestTimeout: limits.requestWithin,
    keepAliveTimeout: limits.idle,
    maxHeaderSize: limits.headSize,
    connectionsCheckingInterval: lookEvery,
  }, (incoming, outgoing) => {
    answers.add(outgoing);
    outgoing.once("close", () => answers.delete(outgoing));
    void answer(incoming, outgoing);
  });
  server.maxConnections = limits.connections;
  const listen = (port: number) => {
    server.listen({ host: hostname, port });
    return once(server, "listening");
  };
  await listen(port);
  const address = addressOf(server);
  const stopWatching = watchAccepting(server, {
    address: { hostname, port: address.port },
    clock,
    async listenAgain() {
      stopAccepting(server);
      await listen(address.port);
      listensAgain();
    },
  });
  return {
    address,
    async close(within) {
      await stopWatching();
      // a caller that keeps its connection would be waited for
      for (const outgoing of answers) outgoing.shouldKeepAlive = false;
      const cancel = clock.after(within, () => server.closeAllConnections());
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      cancel();
    },
  };
}

/** Closes what listens and leaves connections open, which the server's own `close` would not. */
function stopAccepting(server: Server): void {
  if (server.listening) NetServer.prototype.close.call(server);
}

function addressOf(server: Server): Deno.NetAddr {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no address");
  return { transport: "tcp", hostname: address.address, port: address.port };
}

/** The adapter's requests are none of Deno's own, of which alone others can be made. */
function ofDeno(request: Request): Request {
  const { url, method, headers, body } = request;
  return body === null ? request : new Request(url, { method, headers, body });
}
