import { systemClock } from "../../src/chain/clock.ts";
import type { ConnectionLimits, EndedConnections } from "../../src/http/connections.ts";
import { type Listener, startListener } from "../../src/http/listener.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A listener that answers everything with "ok". */
export interface ListenerServer extends AsyncDisposable {
  readonly listener: Listener;
  /** Stops it, and lets the time for last requests pass. */
  stop(): Promise<void>;
  readonly port: number;
  readonly clock: FakeClock;
  readonly ended: EndedConnections[];
  readonly renewed: string[];
  readonly failed: string[];
  /** How often taking a connection in had failed, each time that it was told. */
  readonly failedTries: number[];
}

/** What a test may choose. */
export interface ListenerParts {
  readonly limits?: Partial<ConnectionLimits>;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly isProxy?: (address: string) => boolean;
  readonly handler?: Parameters<typeof startListener>[1]["handler"];
  readonly port?: number;
}

/** Starts a listener whose time is a test's to move. */
export async function serveListener(
  { limits, tls, isProxy = () => false, handler = () => new Response("ok"), port = 0 }:
    ListenerParts = {},
): Promise<ListenerServer> {
  const clock = new FakeClock();
  const ended: EndedConnections[] = [];
  const renewed: string[] = [];
  const failed: string[] = [];
  const failedTries: number[] = [];
  const listener = await startListener({
    hostname: "127.0.0.1",
    port,
    limits: {
      headWithin: 10_000,
      bodyWithin: 10_000,
      idle: 120_000,
      connections: 100,
      connectionsPerCaller: 100,
      ...limits,
    },
    tls,
  }, {
    handler,
    onError: () => new Response("failed", { status: 500 }),
    isProxy,
    clock: { ...systemClock, monotonic: clock.monotonic, after: clock.after },
    events: {
      connectionsEnded: (connections) => void ended.push(connections),
      certificateRenewed: (file) => void renewed.push(file),
      certificateFailed: (_file, error) => void failed.push((error as Error).name),
      acceptFailed: (_error, tries) => void failedTries.push(tries),
    },
  });
  /** Stops it, and lets the time for last requests pass. */
  const stop = () => {
    const stopped = listener.shutdown();
    clock.advance(1000);
    return stopped;
  };
  return {
    listener,
    stop,
    port: listener.address.port,
    clock,
    ended,
    renewed,
    failed,
    failedTries,
    [Symbol.asyncDispose]: stop,
  };
}
