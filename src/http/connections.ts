/**
 * The connections that are open: how many, whose, and which of them take too long.
 *
 * @module
 */
import type { Clock } from "../chain/clock.ts";
import { networkOf } from "./auth/address_ranges.ts";

/** Bounds of connections; times in milliseconds. */
export interface ConnectionLimits {
  /**
   * The time for the first head, a TLS handshake included. A connection whose handshake is not
   * finished by then counts no longer, but Deno keeps its socket until the other end hangs up.
   */
  readonly headWithin: number;
  /** The time for a body. */
  readonly bodyWithin: number;
  /** How long a connection stays open without a request. */
  readonly idle: number;
  /** The most connections; beyond it the one that has been idle longest makes room. */
  readonly connections: number;
  /** The most of one address, of IPv6 one /64, in the same way; proxies are not counted. */
  readonly connectionsPerCaller: number;
}

/** Why connections were ended or not taken, and how many. */
export interface EndedConnections {
  /** Their first head was not whole in time. */
  readonly slowHead: number;
  /** A body was not whole in time. */
  readonly slowBody: number;
  /** There were too many. */
  readonly tooMany: number;
  /** There were too many of one address. */
  readonly tooManyOfCaller: number;
  /** The address of the latest of them. */
  readonly latest: string;
}

/** One connection and what is under way on it. */
export class Connection {
  /** The address of the other end. */
  readonly address: string;
  readonly #clock: Pick<Clock, "monotonic">;
  /** When something was done last, milliseconds of the monotonic clock. */
  #since: number;
  #spoke = false;
  /**
   * When the bodies began that are being read, the oldest first. HTTP/1.1 has one at a time, HTTP/2,
   * which proxies may speak, several: one that is slow is late however many quick ones pass it.
   */
  readonly #bodies: number[] = [];
  #running = 0;

  constructor(address: string, clock: Pick<Clock, "monotonic">) {
    this.address = address;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** Whether a whole head has come on it. */
  get spoke(): boolean {
    return this.#spoke;
  }

  /** A request's head is whole. */
  head(): void {
    this.#spoke = true;
    this.#since = this.#clock.monotonic();
  }

  /** A body begins to be read; returns what {@link endBody} has to be given. */
  beginBody(): number {
    this.#bodies.push(this.#since);
    return this.#since;
  }

  /** A body has been read, or will not be. */
  endBody(began: number): void {
    if (this.#bodies.length === 1) this.#bodies.pop();
    else this.#bodies.splice(this.#bodies.indexOf(began), 1);
  }

  /** A callback's chain begins. */
  beginChain(): void {
    this.#running++;
  }

  /** A callback's chain has ended. */
  endChain(): void {
    this.#running--;
    this.#since = this.#clock.monotonic();
  }

  /** Since when nothing has been under way on it; undefined while something is, and before a head. */
  get idleSince(): number | undefined {
    const busy = !this.#spoke || this.#bodies.length > 0 || this.#running > 0;
    return busy ? undefined : this.#since;
  }

  /** What has taken too long on it, if anything has. */
  late(limits: ConnectionLimits, now: number): "slowHead" | "slowBody" | "idle" | undefined {
    if (!this.#spoke) return now - this.#since > limits.headWithin ? "slowHead" : undefined;
    const [oldest] = this.#bodies;
    if (oldest !== undefined) return now - oldest > limits.bodyWithin ? "slowBody" : undefined;
    return this.#running === 0 && now - this.#since > limits.idle ? "idle" : undefined;
  }
}

/** How often connections are looked at, milliseconds: a limit passes up to twice as much late. */
const sweepEvery = 1000;

const none: EndedConnections = {
  slowHead: 0,
  slowBody: 0,
  tooMany: 0,
  tooManyOfCaller: 0,
  latest: "",
};

/** What the table of connections is handed. */
export interface ConnectionsContext {
  readonly clock: Clock;
  /** Whether an address stands for many callers. */
  readonly isProxy: (address: string) => boolean;
  /** Told once a second at most, so that a flood of connections makes no flood of lines. */
  readonly ended: (connections: EndedConnections) => void;
}

/** The table of open connections. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #context: ConnectionsContext;
  /** Every connection with what ends it at once. */
  readonly #open = new Map<Connection, () => void>();
  readonly #ofCaller = new Map<string, number>();
  #ended = none;
  #cancelSweep: () => void = () => {};
  #nextSweep = 0;
  /** Says when the next sweep is: asking the platform for the time would cost every request. */
  readonly #coarse = { monotonic: () => this.#nextSweep };

  constructor(limits: ConnectionLimits, context: ConnectionsContext) {
    this.#limits = limits;
    this.#context = context;
    this.#sweepLater();
  }

  /** Takes a connection in; undefined where there are too many. */
  take(address: string, abort: (connection: Connection) => void): Connection | undefined {
    const { connections, connectionsPerCaller } = this.#limits;
    const caller = networkOf(address);
    const ofCaller = () => this.#ofCaller.get(caller) ?? 0;
    if (ofCaller() >= connectionsPerCaller && !this.#context.isProxy(address)) {
      if (!this.#makeRoom((other) => networkOf(other.address) === caller)) {
        return this.#count("tooManyOfCaller", address);
      }
    }
    if (this.#open.size >= connections && !this.#makeRoom(() => true)) {
      return this.#count("tooMany", address);
    }
    const connection = new Connection(address, this.#coarse);
    this.#open.set(connection, () => abort(connection));
    this.#ofCaller.set(caller, ofCaller() + 1);
    return connection;
  }

  /** Ends the connection that has been idle longest, of those that are meant; false without one. */
  #makeRoom(isMeant: (connection: Connection) => boolean): boolean {
    let idlest: Connection | undefined;
    for (const connection of this.#open.keys()) {
      const since = connection.idleSince;
      if (since === undefined || !isMeant(connection)) continue;
      if (idlest === undefined || since < idlest.idleSince!) idlest = connection;
    }
    if (idlest === undefined) return false;
    this.#open.get(idlest)!();
    this.release(idlest);
    return true;
  }

  /** Forgets a connection that has ended. */
  release(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    const caller = networkOf(connection.address);
    const left = this.#ofCaller.get(caller)! - 1;
    if (left === 0) this.#ofCaller.delete(caller);
    else this.#ofCaller.set(caller, left);
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Stops to look at connections. */
  close(): void {
    this.#cancelSweep();
    this.#report();
  }

  #sweepLater(): void {
    this.#nextSweep = this.#context.clock.monotonic() + sweepEvery;
    this.#cancelSweep = this.#context.clock.after(sweepEvery, () => {
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const now = this.#context.clock.monotonic();
    for (const [connection, abort] of this.#open) {
      const late = connection.late(this.#limits, now);
      if (late === undefined) continue;
      if (late !== "idle") this.#count(late, connection.address);
      abort();
    }
    this.#report();
  }

  #count(why: Exclude<keyof EndedConnections, "latest">, latest: string): undefined {
    this.#ended = { ...this.#ended, [why]: this.#ended[why] + 1, latest };
  }

  #report(): void {
    if (this.#ended === none) return;
    this.#context.ended(this.#ended);
    this.#ended = none;
  }
}
