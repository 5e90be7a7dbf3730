import { readFileSync } from "node:fs";
import { Agent, Client, type Dispatcher, interceptors, Pool } from "undici";
import {
  guardedLookup,
  guardLiteral,
  plainLookup,
  type Resolve,
  type ResolvedAddress,
  systemResolve,
} from "./address_guard.ts";
import { ReuseWatch, StaleConnectionError } from "./reuse_watch.ts";
import type { Target } from "./target.ts";

/** A request to one address. */
export interface TargetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The answer to a request; its body has to be read or destroyed. */
export interface TargetResponse {
  readonly status: number;
  /** By their names in lower case; of one that came several times, the values with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

/**
 * The connections to targets, kept open between deliveries. Addresses are checked while a connection
 * is made, by the look-up that gives the socket its address: there is no second look-up that could
 * find another. Deno's own `fetch` offers no such place, undici does.
 */
export class TargetConnections {
  readonly #resolve: Resolve;
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #ofOneRequest = new Set<Dispatcher>();

  /** `resolve` finds the addresses of names; the system's by default. */
  constructor(resolve: Resolve = systemResolve) {
    this.#resolve = resolve;
  }

  /**
   * Posts to a URL by the settings of a target. If a connection that was kept open turns out to be
   * closed before a byte of the answer came, the request is posted once more on a new connection.
   *
   * @throws {AddressError} if the target must not be at that address; other errors if the request is
   * not answered.
   */
  async post(
    request: TargetRequest,
    target: Pick<Target, "network" | "ca">,
  ): Promise<TargetResponse> {
    if (target.network === "public") guardLiteral(request.url);
    try {
      return await postOver(this.#dispatcherFor(target, request.url), request);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      if (request.signal.aborted) throw request.signal.reason;
      return await this.#postAnew(request, target);
    }
  }

  /** Posts on a connection that serves this request alone: other kept ones may be closed as well. */
  async #postAnew(
    request: TargetRequest,
    target: Pick<Target, "network" | "ca">,
  ): Promise<TargetResponse> {
    const client = new Client(request.url.origin, this.#optionsFor(target, request.url));
    this.#ofOneRequest.add(client);
    try {
      return await postOver(unpacking(client), request);
    } finally {
      // it closes when the answer has been read
      void client.close().catch(() => {}).then(() => this.#ofOneRequest.delete(client));
    }
  }

  /**
   * Reads the certificate authorities again: for connections from now on, requests under way end
   * on those that they have.
   */
  renewAuthorities(): void {
    for (const [key, dispatcher] of this.#dispatchers) {
      const [, ca] = JSON.parse(key);
      if (ca === null) continue;
      this.#dispatchers.delete(key);
      void dispatcher.close().catch(() => {});
    }
  }

  /** Closes all connections; what is under way on them fails. */
  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values(), ...this.#ofOneRequest];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #dispatcherFor(target: Pick<Target, "network" | "ca">, url: URL): Dispatcher {
    const key = JSON.stringify([target.network, target.ca, portOf(url)]);
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const agent = new Agent({
      ...this.#optionsFor(target, url),
      factory: (origin, options) =>
        new Pool(origin, { ...options, factory: (origin, own) => new ReuseWatch(origin, own) }),
    });
    const made = unpacking(agent);
    this.#dispatchers.set(key, made);
    return made;
  }

  #optionsFor({ network, ca }: Pick<Target, "network" | "ca">, url: URL): Client.Options {
    const guard = network === "public" ? guardedLookup : plainLookup;
    return {
      connect: {
        lookup: guard(this.#resolve, (found) => mayConnect(found, portOf(url))),
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }),
      },
      // the target's own timeout bounds the attempt as a whole
      headersTimeout: 0,
      bodyTimeout: 0,
      // a server that closes an HTTP/2 connection (GOAWAY) ends Deno's process with a memory fault
      allowH2: false,
    };
  }
}

async function postOver(
  dispatcher: Dispatcher,
  { url, headers, body, signal }: TargetRequest,
): Promise<TargetResponse> {
  const { statusCode, headers: answered, body: answer } = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: "POST",
    headers,
    body,
    signal,
  });
  // the reader gets the error; if nobody reads any more, it must not end the process
  answer.on("error", () => {});
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(answered).map(([name, value = ""]) => [name, [value].flat().join(", ")]),
    ),
    body: answer,
  };
}

function unpacking(dispatcher: Dispatcher): Dispatcher {
  return dispatcher.compose(interceptors.decompress({ skipErrorResponses: false }));
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === "https:" ? "443" : "80");
}

/** Whether Deno lets this process connect to an address. */
function mayConnect({ address, family }: ResolvedAddress, port: string): boolean {
  const host = `${family === 6 ? `[${address}]` : address}:${port}`;
  try {
    return Deno.permissions.querySync({ name: "net", host }).state === "granted";
  } catch {
    // an address that cannot be asked about, such as one with a zone: connecting shows it
    return true;
  }
}
