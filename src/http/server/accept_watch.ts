/**
 * Sees to it that a server of `node:http` goes on taking connections.
 *
 * Where the process has no file descriptor left, Deno's `node:http` stops for good to take
 * connections, and tells nobody. So the server is tried with a connection of our own.
 *
 * @module
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../chain/clock.ts";

/** What the watch is handed. */
export interface AcceptWatchContext {
  /** Where the server listens. */
  readonly address: { readonly hostname: string; readonly port: number };
  readonly clock: Clock;
  /** Stops listening and begins anew. */
  readonly listenAgain: () => Promise<void>;
}

/** How often the server is tried where nobody else connects, milliseconds. */
const tryEvery = 5000;

/** How long a try may take, milliseconds. */
const tryWithin = 2000;

/** Watches a server. */
export interface AcceptWatch {
  /** Whether a connection is one with which the server is tried: no caller makes room for it. */
  isTry(socket: Socket): boolean;
  stop(): Promise<void>;
}

/** Watches a server until it is told to stop. */
export function watchAccepting(
  server: Server,
  { address, clock, listenAgain }: AcceptWatchContext,
): AcceptWatch {
  const closed = new AbortController();
  let accepted = false;
  let trying = false;
  let cancel = () => {};
  let underWay = Promise.resolve();
  server.on("connection", () => void (accepted = true));
  // an error without a listener would end the process; the next try sees what it left
  server.on("error", () => {});

  const look = async () => {
    const busy = accepted;
    accepted = false;
    if (busy) return;
    trying = true;
    const accepts = await takesConnections(address, clock, closed.signal);
    trying = false;
    if (!accepts && !closed.signal.aborted) await listenAgain();
  };
  const lookLater = () => {
    cancel = clock.after(tryEvery, () => {
      underWay = look().catch(() => {}).finally(() => {
        if (!closed.signal.aborted) lookLater();
      });
    });
  };
  lookLater();
  return {
    // from this machine, by the address that it listens on
    isTry: ({ remoteAddress, localAddress }) => trying && remoteAddress === localAddress,
    async stop() {
      cancel();
      closed.abort();
      await underWay;
    },
  };
}

/**
 * Whether a server takes a connection; true as well where that cannot be told, such as while the
 * process has no file descriptor left. The system itself makes a connection that nobody takes, but
 * only who takes it can end it.
 */
async function takesConnections(
  address: AcceptWatchContext["address"],
  clock: Clock,
  closed: AbortSignal,
): Promise<boolean> {
  const late = new AbortController();
  const cancel = clock.after(tryWithin, () => late.abort());
  const signal = AbortSignal.any([late.signal, closed]);
  try {
    using connection = await Deno.connect({ ...address, signal });
    signal.addEventListener("abort", () => connection[Symbol.dispose]());
    await connection.closeWrite();
    await connection.read(new Uint8Array(1));
    return true;
  } catch (error) {
    return !signal.aborted && !(error instanceof Deno.errors.ConnectionRefused);
  } finally {
    cancel();
  }
}
