/**
 * The connections of a server: how many are open, whose they are, and which take too long.
 *
 * `node:http` has limits of its own, but they end a connection on which nothing has come yet. Go
 * opens such connections as spares, and does not repeat a POST that meets a closed one.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../chain/clock.ts";
import { networkOf } from "../auth/address_ranges.ts";

/** Bounds of connections; times in milliseconds. */
export interface ConnectionLimits {
  /** The time from the first byte of a head to its last; a TLS handshake has as much. */
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

/** Why connections were ended or refused, and how many. */
export interface EndedConnections {
  /** A head or a TLS handshake was not whole in time. */
  readonly slowHead: number;
  /** A body was not whole in time. */
  readonly slowBody: number;
  /** There were too many. */
  readonly tooMany: number;
  /** There were too many of one address. */
  readonly tooManyOfCaller: number;
  /** A caller sent too many requests without waiting for an answer. */
  readonly pipelined: number;
  /** The address of the latest of them. */
  readonly latest: string;
}

/** What the table of connections needs. */
export interface ConnectionsContext {
  readonly clock: Clock;
  /** Whether an address stands for many callers. */
  readonly isProxy: (address: string) => boolean;
  /** Called once a second at most, so that a flood of connections makes no flood of lines. */
  readonly ended: (connections: EndedConnections) => void;
}

/** An open connection. */
interface Connection {
  /** The socket that was accepted; with TLS the one below the encryption. */
  readonly socket: Socket;
  /** The addresses and ports of both ends. */
  readonly name: string;
  readonly address: string;
  /** The caller whose bound it counts against. */
  readonly caller: string;
  /** When a request began or ended last; milliseconds of the monotonic clock. */
  since: number;
  /** Whether its TLS handshake is not finished yet. */
  shakingHands: boolean;
  /** How many bytes had come when the last request ended: what is beyond begins a head. */
  bytesAtRest: number;
  /** When a head was seen to have begun. */
  headSince: number | undefined;
  /** Requests that are not answered yet; several if the caller does not wait for answers. */
  answering: number;
  /** The request that came last: only its body can be on its way. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
}

/**
 * How many requests may wait for their answers on one connection. `node:http` reads on while they do,
 * and with enough of them one caller would hold up all others. No client of OpenIM's kind sends a
 * request before it has the answer to the last.
 */
const mostUnanswered = 250;

/** How often connections are looked at, milliseconds: a limit passes up to twice as much late. */
const lookEvery = 1000;

const none: EndedConnections = {
  slowHead: 0,
  slowBody: 0,
  tooMany: 0,
  tooManyOfCaller: 0,
  pipelined: 0,
  latest: "",
};

/** The table of open connections. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #context: ConnectionsContext;
  /** By their names: a TLS socket has that of the socket below it. */
  readonly #open = new Map<string, Connection>();
  /** Those without a request, the longest idle first. */
  readonly #idle = new Set<Connection>();
  readonly #ofCaller = new Map<string, number>();
  #ended = none;
  #cancelLook: () => void = () => {};
  #allEnded: () => void = () => {};

  constructor(limits: ConnectionLimits, context: ConnectionsContext) {
    this.#limits = limits;
    this.#context = context;
    this.#lookLater();
  }

  /** Takes a connection that was accepted, or closes it if there are too many. */
  accept(socket: Socket, { tls }: { readonly tls: boolean }): void {
    const address = socket.remoteAddress;
    // the caller has hung up already
    if (address === undefined) return void socket.destroy();
    const name = nameOf(socket);
    // its caller may connect from the same port again before the end of the last one is seen here
    const former = this.#open.get(name);
    if (former !== undefined) {
      former.socket.destroy();
      this.#release(former);
    }
    const caller = networkOf(address);
    const refused = this.#refusal(address, caller);
    if (refused !== undefined) {
      this.#count(refused, address);
      return void socket.destroy();
    }
    const connection: Connection = {
      socket,
      name,
      address,
      caller,
      since: this.#context.clock.monotonic(),
      shakingHands: tls,
      bytesAtRest: 0,
      headSince: undefined,
      answering: 0,
      request: undefined,
      response: undefined,
    };
    this.#open.set(connection.name, connection);
    this.#idle.add(connection);
    this.#ofCaller.set(caller, (this.#ofCaller.get(caller) ?? 0) + 1);
    socket.once("close", () => this.#release(connection));
  }

  /** A TLS handshake is finished. */
  secured(socket: Socket): void {
    const connection = this.#open.get(nameOf(socket));
    if (connection === undefined) return;
    connection.shakingHands = false;
    connection.bytesAtRest = connection.socket.bytesRead;
  }

  /** A request's head is whole. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(nameOf(request.socket));
    if (connection === undefined) return;
    if (connection.answering >= mostUnanswered) {
      if (!connection.socket.destroyed) this.#count("pipelined", connection.address);
      return void connection.socket.destroy();
    }
    connection.since = this.#context.clock.monotonic();
    connection.headSince = undefined;
    connection.answering++;
    connection.request = request;
    connection.response = response;
    this.#idle.delete(connection);
    response.once("close", () => {
      connection.since = this.#context.clock.monotonic();
      connection.answering--;
      if (connection.answering > 0) return;
      connection.bytesAtRest = connection.socket.bytesRead;
      if (!connection.socket.destroyed) this.#idle.add(connection);
    });
  }

  /**
   * Answers what came on a connection and is no request, behind the answers to those before it. If it
   * comes in the middle of a body, the connection is closed.
   */
  afterAnswers(socket: Socket, answer: () => void): void {
    const { request, response, answering = 0 } = this.#open.get(nameOf(socket)) ?? {};
    if (request !== undefined && !request.complete) socket.destroy();
    else if (answering > 0) response?.once("close", answer);
    else answer();
  }

  /** Closes those that wait for no answer. */
  closeIdle(): void {
    for (const { socket } of [...this.#idle]) socket.destroy();
  }

  /** Closes all of them. */
  closeAll(): void {
    for (const { socket } of [...this.#open.values()]) socket.destroy();
  }

  /** Resolves when none is open any more. */
  async allEnded(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#allEnded = resolve);
  }

  /** Stops to look at connections. */
  close(): void {
    this.#cancelLook();
    this.#report();
  }

  /** Why another connection is refused, if no idle one makes room for it. */
  #refusal(address: string, caller: string): "tooMany" | "tooManyOfCaller" | undefined {
    const { connections, connectionsPerCaller } = this.#limits;
    const isFull = (this.#ofCaller.get(caller) ?? 0) >= connectionsPerCaller;
    if (isFull && !this.#context.isProxy(address)) {
      return this.#makeRoom((other) => other.caller === caller) ? undefined : "tooManyOfCaller";
    }
    if (this.#open.size < connections) return undefined;
    return this.#makeRoom(() => true) ? undefined : "tooMany";
  }

  /** Closes the connection that has been idle longest, of those that are meant; false if none is. */
  #makeRoom(isMeant: (connection: Connection) => boolean): boolean {
    for (const connection of this.#idle) {
      if (!isMeant(connection)) continue;
      connection.socket.destroy();
      this.#release(connection);
      return true;
    }
    return false;
  }

  #release(connection: Connection): void {
    if (this.#open.get(connection.name) !== connection) return;
    this.#open.delete(connection.name);
    this.#idle.delete(connection);
    const left = this.#ofCaller.get(connection.caller)! - 1;
    if (left === 0) this.#ofCaller.delete(connection.caller);
    else this.#ofCaller.set(connection.caller, left);
    if (this.#open.size === 0) this.#allEnded();
  }

  #lookLater(): void {
    this.#cancelLook = this.#context.clock.after(lookEvery, () => {
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    const now = this.#context.clock.monotonic();
    for (const connection of [...this.#open.values()]) {
      const late = this.#late(connection, now);
      if (late === undefined) continue;
      if (late !== "idle") this.#count(late, connection.address);
      connection.socket.destroy();
    }
    this.#report();
  }

  /** What has taken too long on a connection, if anything has. */
  #late(connection: Connection, now: number): "slowHead" | "slowBody" | "idle" | undefined {
    const { headWithin, bodyWithin, idle } = this.#limits;
    const { request, since, socket, shakingHands } = connection;
    if (request !== undefined && !request.complete && !request.destroyed) {
      connection.bytesAtRest = socket.bytesRead;
      return now - since > bodyWithin ? "slowBody" : undefined;
    }
    if (connection.answering > 0) return undefined;
    if (shakingHands) return now - since > headWithin ? "slowHead" : undefined;
    if (socket.bytesRead === connection.bytesAtRest) return now - since > idle ? "idle" : undefined;
    connection.headSince ??= now;
    return now - connection.headSince > headWithin ? "slowHead" : undefined;
  }

  #count(why: Exclude<keyof EndedConnections, "latest">, latest: string): void {
    this.#ended = { ...this.#ended, [why]: this.#ended[why] + 1, latest };
  }

  #report(): void {
    if (this.#ended === none) return;
    this.#context.ended(this.#ended);
    this.#ended = none;
  }
}

/** Both ends of a connection: one port of a caller's may be connected to several of our addresses. */
function nameOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
