/**
 * Keeps a server of `node:http` accepting connections.
 *
 * If the process has no file descriptor left, Deno's `node:http` stops accepting connections for
 * good, and reports nothing. So the server is tried with a connection of our own.
 *
 * @module
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../chain/clock.ts";
import { errorOf } from "../../values/thrown.ts";

/** What the watch needs. */
export interface AcceptWatchContext {
  /** Where the server listens. */
  readonly address: { readonly hostname: string; readonly port: number };
  readonly clock: Clock;
  /** Stops listening and begins anew. */
  readonly listenAgain: () => Promise<void>;
  /** It could not listen again; called after every try that failed. */
  readonly failed: (error: Error) => void;
}

/** How often the server is tried if nobody else connects, milliseconds. */
const tryEvery = 5000;

/** How long a try may take, milliseconds. */
const tryWithin = 2000;

/** Watches a server. */
export interface AcceptWatch {
  /** Whether a connection is one with which the server is tried: no caller makes room for it. */
  isTry(socket: Socket): boolean;
  stop(): Promise<void>;
}

/** Watches a server until `stop` is called. */
export function watchAccepting(
  server: Server,
  { address, clock, listenAgain, failed }: AcceptWatchContext,
): AcceptWatch {
  let stopped = false;
  let accepted = false;
  /** Ends the try under way, if there is one. */
  let trying: AbortController | undefined;
  let cancel = () => {};
  let underWay = Promise.resolve();
  server.on("connection", () => void (accepted = true));
  // an error without a listener would end the process; the next try sees what it left
  server.on("error", () => {});

  const look = async () => {
    const busy = accepted;
    accepted = false;
    if (busy) return;
    trying = new AbortController();
    const accepts = await acceptsConnections(address, clock, trying);
    trying = undefined;
    if (!accepts && !stopped) await listenAgain();
  };
  const lookLater = () => {
    cancel = clock.after(tryEvery, () => {
      underWay = look().catch((error) => failed(errorOf(error))).finally(() => {
        if (!stopped) lookLater();
      });
    });
  };
  lookLater();
  return {
    // from this machine, by the address that it listens on
    isTry: ({ remoteAddress, localAddress }) =>
      trying !== undefined && remoteAddress === localAddress,
    async stop() {
      stopped = true;
      cancel();
      trying?.abort();
      await underWay;
    },
  };
}

/**
 * Whether a server accepts a connection; also true if that cannot be found out, such as while the
 * process has no file descriptor left. The system itself makes a connection that nobody accepts, but
 * only who accepts it can end it.
 */
async function acceptsConnections(
  address: AcceptWatchContext["address"],
  clock: Clock,
  ending: AbortController,
): Promise<boolean> {
  const { signal } = ending;
  const cancel = clock.after(tryWithin, () => ending.abort());
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
