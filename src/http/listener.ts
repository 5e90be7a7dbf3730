/**
 * The listener that takes connections in, within their limits, with TLS or without.
 *
 * @module
 */
import type { Clock } from "../chain/clock.ts";
import {
  type Certificate,
  type CertificateFiles,
  readCertificate,
  sameCertificate,
} from "./server/certificate.ts";
import {
  type Connection,
  type ConnectionLimits,
  Connections,
  type EndedConnections,
} from "./connections.ts";
import { connectionServer, type ServedConnection } from "./serve_connection.ts";

/** Where and how to listen. */
export interface ListenerSettings {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: ConnectionLimits;
  /** The files of the certificate; plain HTTP without. */
  readonly tls?: CertificateFiles | undefined;
}

/** What the operator is told about the listener. */
export interface ListenerEvents {
  /** Connections were ended or not taken. */
  readonly connectionsEnded: (connections: EndedConnections) => void;
  /** New connections get a new certificate. */
  readonly certificateRenewed: (file: string) => void;
  /** The certificate's files have changed and cannot be used; the one in use stays. */
  readonly certificateFailed: (file: string, error: unknown) => void;
  /**
   * Connections could not be taken in; the next ones will be tried. Told once a minute at most.
   *
   * @param tries how often it failed since it was told last.
   */
  readonly acceptFailed: (error: unknown, tries: number) => void;
}

/** What a listener is handed. */
export interface ListenerContext {
  readonly handler: (request: Request, connection: Connection) => Response | Promise<Response>;
  /** The answer where the handler itself fails. */
  readonly onError: (error: unknown) => Response;
  /** Whether an address stands for many callers. */
  readonly isProxy: (address: string) => boolean;
  readonly clock: Clock;
  readonly events: ListenerEvents;
}

/** A listener that takes connections. */
export interface Listener {
  /** The port is a real one. */
  readonly address: Deno.NetAddr;
  /**
   * Reads the certificate's files again; what is new is for new connections, open ones stay as they
   * are. Done by itself every ten seconds.
   */
  renewCertificate(): Promise<void>;
  /** Takes no more connections; resolves when what is in flight is answered. */
  shutdown(): Promise<void>;
}

/** How often the certificate's files are read, milliseconds. Watching would miss swapped links. */
const renewEvery = 10_000;

/** How long to wait when no connection can be taken in, such as without free files; milliseconds. */
const acceptAgainAfter = 100;

/** How long nothing more is told of connections that cannot be taken in, milliseconds. */
const tellAgainAfter = 60_000;

/** How long requests are still answered on open connections when the router stops, milliseconds. */
const lastRequestsWithin = 700;

/**
 * Listens.
 *
 * @throws whatever keeps it from listening: the address, or the certificate.
 */
export async function startListener(
  settings: ListenerSettings,
  context: ListenerContext,
): Promise<Listener> {
  const { tls } = settings;
  const certificate = tls && await readCertificate(tls);
  const listener = new RunningListener(settings, context, certificate);
  if (tls !== undefined) listener.watch();
  return listener;
}

type TcpOrTls = Deno.TcpListener | Deno.TlsListener;

class RunningListener implements Listener {
  readonly address: Deno.NetAddr;
  readonly #settings: ListenerSettings;
  readonly #context: ListenerContext;
  readonly #serve: ReturnType<typeof connectionServer>;
  readonly #connections: Connections;
  readonly #served = new Map<Connection, ServedConnection>();
  #listener: TcpOrTls;
  /** Ends when the listener is closed. */
  #accepting: Promise<void>;
  /** The certificate that was looked at last, in use or not. */
  #certificate: Certificate | undefined;
  #renewal = Promise.resolve();
  #cancelRenewal: () => void = () => {};
  #open = true;
  /** Told when the last connection has ended. */
  #allEnded: () => void = () => {};
  /** How often taking a connection in failed since it was told, and when that was. */
  #failedTries = 0;
  #toldFailure = -Infinity;

  constructor(
    settings: ListenerSettings,
    context: ListenerContext,
    certificate: Certificate | undefined,
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#certificate = certificate;
    this.#serve = connectionServer(context.onError);
    this.#listener = listenFirst(settings, certificate);
    this.address = this.#listener.addr as Deno.NetAddr;
    this.#connections = new Connections(settings.limits, {
      clock: context.clock,
      isProxy: context.isProxy,
      ended: context.events.connectionsEnded,
    });
    this.#accepting = this.#acceptAll(this.#listener);
  }

  watch(): void {
    this.#cancelRenewal = this.#context.clock.after(renewEvery, () => {
      void this.renewCertificate().finally(() => {
        if (this.#open) this.watch();
      });
    });
  }

  renewCertificate(): Promise<void> {
    // one after the other: whoever asks during one waits for its end
    this.#renewal = this.#renewal.then(() => this.#renew());
    return this.#renewal;
  }

  async #renew(): Promise<void> {
    const { tls } = this.#settings;
    const { events } = this.#context;
    if (tls === undefined) return;
    try {
      const certificate = await readCertificate(tls);
      if (!this.#open || sameCertificate(certificate, this.#certificate!)) return;
      // one that cannot be used is told once
      this.#certificate = certificate;
      const { hostname, port } = this.address;
      const old = this.#listener;
      const accepting = this.#accepting;
      // both listen for a moment: there is none in which a caller is refused. What the old one has
      // not taken in by then is reset, unless Linux moves it (net.ipv4.tcp_migrate_req)
      this.#listener = listenTLS(hostname, port, certificate);
      this.#accepting = this.#acceptAll(this.#listener);
      old.close();
      await accepting;
      events.certificateRenewed(tls.certificate);
    } catch (error) {
      events.certificateFailed(tls.certificate, error);
    }
  }

  async shutdown(): Promise<void> {
    this.#open = false;
    this.#cancelRenewal();
    this.#listener.close();
    await this.#lastRequests();
    const ends = [...this.#served].map(([connection, served]) => {
      // what has never sent a whole head would be waited for
      if (connection.spoke) return served.shutdown();
      served.abort();
      return served.finished;
    });
    await Promise.all(ends);
    this.#connections.close();
  }

  /**
   * Lets callers send what they are about to send: a caller such as OpenIM, which is written in Go,
   * does not repeat a POST that meets a closed connection. Each answer asks it to close.
   */
  async #lastRequests(): Promise<void> {
    if (this.#served.size === 0) return;
    const over = Promise.withResolvers<void>();
    const cancel = this.#context.clock.after(lastRequestsWithin, over.resolve);
    this.#allEnded = over.resolve;
    await over.promise;
    cancel();
  }

  async #acceptAll(listener: TcpOrTls): Promise<void> {
    while (this.#open && this.#listener === listener) {
      try {
        this.#take(await listener.accept());
      } catch (error) {
        if (!this.#open || this.#listener !== listener) return;
        this.#acceptFailed(error);
        await new Promise<void>((resolve) =>
          void this.#context.clock.after(acceptAgainAfter, resolve)
        );
      }
    }
  }

  #acceptFailed(error: unknown): void {
    const { clock, events } = this.#context;
    this.#failedTries++;
    const now = clock.monotonic();
    if (now - this.#toldFailure < tellAgainAfter) return;
    events.acceptFailed(error, this.#failedTries);
    this.#toldFailure = now;
    this.#failedTries = 0;
  }

  #take(conn: Deno.TcpConn | Deno.TlsConn): void {
    const connection = this.#connections.take(
      (conn.remoteAddr as Deno.NetAddr).hostname,
      (late) => this.#served.get(late)?.abort(),
    );
    if (connection === undefined) return conn.close();
    const { handler } = this.#context;
    const served = this.#serve(conn, async (request) => {
      connection.head();
      const response = await handler(request, connection);
      if (!this.#open) response.headers.set("connection", "close");
      return response;
    });
    this.#served.set(connection, served);
    void served.finished.then(() => {
      this.#served.delete(connection);
      this.#connections.release(connection);
      if (this.#served.size === 0) this.#allEnded();
    });
  }
}

function listenFirst(
  { hostname, port }: ListenerSettings,
  certificate: Certificate | undefined,
): TcpOrTls {
  if (certificate === undefined) return Deno.listen({ hostname, port });
  // sharing the port is for renewals; a second router on it is to be told that it is taken
  if (port !== 0) Deno.listen({ hostname, port }).close();
  return listenTLS(hostname, port, certificate);
}

function listenTLS(
  hostname: string,
  port: number,
  certificate: Certificate,
): TcpOrTls {
  const options = { hostname, port, ...certificate, alpnProtocols: ["http/1.1"], reusePort: true };
  return Deno.listenTls(options);
}
