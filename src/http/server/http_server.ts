/**
 * The HTTP server of both ports, on `node:http` and `node:https`: with bounds on connections, heads
 * and bodies, a certificate that can be renewed, and a stop that loses no request.
 *
 * @module
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTLSServer, type Server as TLSServer } from "node:https";
import { Server as NetServer, type Socket } from "node:net";
import { getRequestListener, type HttpBindings, RequestError } from "@hono/node-server";
import type { Clock } from "../../chain/clock.ts";
import { watchAccepting } from "./accept_watch.ts";
import {
  type Certificate,
  type CertificateFiles,
  checkCertificate,
  readCertificate,
} from "./certificate.ts";
import { type CertificateEvents, renewCertificates } from "./certificate_renewal.ts";
import { type ConnectionLimits, Connections, type EndedConnections } from "./connections.ts";
import {
  endWith,
  headProblem,
  parseProblem,
  type Refusal,
  type RefusedProblem,
  refuseWith,
} from "./refusal.ts";

/** Bounds of an HTTP server; times in milliseconds. */
export interface HttpServerLimits extends ConnectionLimits {
  /** The most bytes of a head. */
  readonly headSize: number;
}

/** Where and how to listen. */
export interface HttpServerSettings {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: HttpServerLimits;
  /** The files of the certificate; plain HTTP without. */
  readonly tls?: CertificateFiles | undefined;
}

/** What happens to a server. */
export interface HttpServerEvents extends CertificateEvents {
  /** Connections were ended or refused. */
  readonly connectionsEnded: (connections: EndedConnections) => void;
  /** The server accepted no connections any more, and listens again. */
  readonly listensAgain: () => void;
  /** The server accepts no connections and cannot listen again; it is tried again by itself. */
  readonly notListening: (error: Error) => void;
}

/** What a server needs. */
export interface HttpServerContext {
  /** Answers a request, as the `fetch` of a Hono app does. */
  readonly fetch: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  /** The answer to what is no request that `fetch` could be asked. */
  readonly refuse: (problem: RefusedProblem, caller: string, cause?: unknown) => Refusal;
  /** Whether an address stands for many callers, which `connectionsPerCaller` is not for. */
  readonly isProxy: (address: string) => boolean;
  readonly clock: Clock;
  readonly events: HttpServerEvents;
}

/** How a server stops; milliseconds. */
export interface HttpServerStop {
  /** How long open connections may still bring requests. */
  readonly lastRequests: number;
  /** After this time, what is not answered is broken off. */
  readonly within: number;
}

/** A server that listens. */
export interface HttpServer {
  /** The port is a real one. */
  readonly address: Deno.NetAddr;
  /** Reads the certificate's files again. The server does so by itself every ten seconds. */
  renewCertificate(): Promise<void>;
  /** Accepts no more connections, and resolves when the open ones have ended. */
  close(stop: HttpServerStop): Promise<void>;
}

/** How long a caller that sent no HTTP has time to read the answer, milliseconds. */
const answerReadWithin = 1000;

/**
 * Listens.
 *
 * @throws the system's error when the address cannot be listened on; {@link CertificateError} when
 * a file of the certificate cannot be read.
 */
export async function startHttpServer(
  settings: HttpServerSettings,
  context: HttpServerContext,
): Promise<HttpServer> {
  const { hostname, port, limits, tls } = settings;
  const { clock, events } = context;
  const certificate = tls && await readCertificate(tls);
  if (certificate !== undefined) checkCertificate(certificate);
  const connections = new Connections(limits, {
    clock,
    isProxy: context.isProxy,
    ended: events.connectionsEnded,
  });
  const stop = { begun: false };
  const server = serverWith(certificate, limits, listenerOf(context, connections, stop));
  const listen = async (port: number) => {
    server.listen({ host: hostname, port });
    await once(server, "listening");
  };
  try {
    await listen(port);
  } catch (error) {
    connections.close();
    throw error;
  }
  const address = addressOf(server);
  const watch = watchAccepting(server, {
    address: { hostname, port: address.port },
    clock,
    async listenAgain() {
      stopAccepting(server);
      await listen(address.port);
      events.listensAgain();
    },
    failed: events.notListening,
  });
  server.on("connection", (socket: Socket) => {
    if (!watch.isTry(socket)) connections.accept(socket, { tls: tls !== undefined });
  });
  server.on("secureConnection", (socket: Socket) => connections.secured(socket));
  const renewal = tls && certificate && renewCertificates(tls, certificate, {
    use: (next) => (server as TLSServer).setSecureContext(next),
    clock,
    events,
  });
  return {
    address,
    renewCertificate: async () => await renewal?.now(),
    async close({ lastRequests, within }) {
      renewal?.stop();
      await watch.stop();
      stop.begun = true;
      stopAccepting(server);
      const cancelAll = clock.after(within, () => connections.closeAll());
      const cancelIdle = clock.after(Math.min(lastRequests, within), () => connections.closeIdle());
      await connections.allEnded();
      cancelAll();
      cancelIdle();
      connections.close();
    },
  };
}

/** What is called with requests, and with sockets that brought none. */
interface Listener {
  readonly request: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  readonly noRequest: (socket: Socket, problem: RefusedProblem) => void;
}

function serverWith(
  certificate: Certificate | undefined,
  { headSize }: HttpServerLimits,
  { request, noRequest }: Listener,
): Server {
  const options = {
    // `Connections` ends what is too slow: these would end connections that are not used yet as well
    headersTimeout: 0,
    requestTimeout: 0,
    keepAliveTimeout: 0,
    maxHeaderSize: headSize,
    requireHostHeader: false,
  };
  const server = certificate === undefined
    ? createServer(options, request)
    : createTLSServer({ ...options, ...certificate, ALPNProtocols: ["http/1.1"] }, request);
  server.on("checkExpectation", request);
  server.on("connect", (_incoming, socket: Socket) => noRequest(socket, "wrongMethod"));
  server.on("clientError", (error, socket: Socket) => {
    const problem = parseProblem(error);
    if (problem === undefined) socket.destroy();
    else noRequest(socket, problem);
  });
  return server;
}

function listenerOf(
  { fetch, refuse, clock }: HttpServerContext,
  connections: Connections,
  stop: { readonly begun: boolean },
): Listener {
  const answer = getRequestListener(async (request, bindings) => {
    const { incoming, outgoing } = bindings as HttpBindings;
    const response = await fetch(request, { incoming, outgoing });
    // without an end, what comes behind a request with `Upgrade` is never read
    if (stop.begun || incoming.headers.upgrade !== undefined) outgoing.shouldKeepAlive = false;
    return response;
  }, {
    // the adapter's own `Response` would be quicker, but no `Deno.serve` of a plugin could answer it
    overrideGlobalObjects: false,
    errorHandler(error) {
      const problem = error instanceof RequestError ? "malformed" : "internal";
      const { status, headers, body } = refuse(problem, "", error);
      return new Response(body, { status, headers });
    },
  });
  const refused = new WeakSet<Socket>();
  return {
    request(incoming, outgoing) {
      const { socket } = incoming;
      // what is behind a request of which the length is in doubt may be a part of it
      if (refused.has(socket)) return;
      connections.begin(incoming, outgoing);
      if (socket.destroyed) return;
      const problem = headProblem(incoming);
      if (problem === undefined) return void answer(incoming, outgoing);
      refused.add(socket);
      refuseWith(outgoing, refuse(problem, socket.remoteAddress ?? ""));
    },
    noRequest(socket, problem) {
      if (refused.has(socket)) return;
      refused.add(socket);
      connections.afterAnswers(socket, () => {
        endWith(socket, refuse(problem, socket.remoteAddress ?? ""));
        // closed at once, the answer could be lost on a caller that is still sending
        clock.after(answerReadWithin, () => socket.destroy());
      });
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
