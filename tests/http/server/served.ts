import { systemClock } from "../../../src/chain/clock.ts";
import type { CertificateFiles } from "../../../src/http/server/certificate.ts";
import type { EndedConnections } from "../../../src/http/server/connections.ts";
import {
  type HttpServerContext,
  type HttpServerLimits,
  startHttpServer,
} from "../../../src/http/server/http_server.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const limits: HttpServerLimits = {
  connections: 100,
  connectionsPerCaller: 100,
  headWithin: 10_000,
  bodyWithin: 10_000,
  idle: 120_000,
  headSize: 16_384,
};

/** What a test may choose of a server. */
export interface ServedParts {
  readonly fetch?: HttpServerContext["fetch"];
  readonly limits?: Partial<HttpServerLimits>;
  readonly tls?: CertificateFiles;
  readonly isProxy?: (address: string) => boolean;
  readonly port?: number;
}

/** Starts a server that answers "ok", and whose time is a test's to move. */
export async function serve(parts: ServedParts = {}) {
  const clock = new FakeClock();
  const ended: EndedConnections[] = [];
  const renewed: string[] = [];
  const failed: string[] = [];
  const server = await startHttpServer({
    hostname: "127.0.0.1",
    port: parts.port ?? 0,
    limits: { ...limits, ...parts.limits },
    tls: parts.tls,
  }, {
    fetch: parts.fetch ?? (() => new Response("ok")),
    refuse: (problem) => ({ status: 400, headers: { "x-problem": problem }, body: problem }),
    isProxy: parts.isProxy ?? (() => false),
    clock: { ...systemClock, monotonic: clock.monotonic, after: clock.after },
    events: {
      connectionsEnded: (connections) => void ended.push(connections),
      certificateRenewed: (file) => void renewed.push(file),
      certificateFailed: (_file, error) => void failed.push((error as Error).name),
      listensAgain() {},
      notListening() {},
    },
  });
  const stop = async () => {
    const closed = server.close({ lastRequests: 700, within: 5000 });
    // the watch and the renewal end first
    await new Promise((turn) => setTimeout(turn));
    clock.advance(700);
    clock.advance(5000);
    await closed;
  };
  const { port } = server.address;
  return { server, port, clock, ended, renewed, failed, stop, [Symbol.asyncDispose]: stop };
}

/** A server of {@link serve}. */
export type Served = Awaited<ReturnType<typeof serve>>;

const utf8 = new TextEncoder();

/** A request without a body. */
export const get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/** A connection on which a test sends and reads what it likes. */
export async function connectTo({ port }: { readonly port: number }) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(64 * 1024);
  return {
    send: async (text: string) => void await connection.write(utf8.encode(text)),
    /** What comes next; undefined when the server has hung up. */
    async next(): Promise<string | undefined> {
      const read = await connection.read(buffer).catch(() => null);
      return read === null ? undefined : new TextDecoder().decode(buffer.subarray(0, read));
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
