import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { Agent, type Dispatcher, interceptors } from "undici";
import {
  guardedLookup,
  guardLiteral,
  plainLookup,
  type Resolve,
  type ResolvedAddress,
  systemResolve,
} from "./address_guard.ts";
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
  header(name: string): string | undefined;
  readonly body: Readable & { text(): Promise<string> };
}

/**
 * The connections to targets, kept open between deliveries. Addresses are checked while a connection
 * is made, by the look-up that gives the socket its address: there is no second look-up that could
 * find another. Deno's own `fetch` offers no such place, undici does.
 */
export class Connections {
  readonly #resolve: Resolve;
  readonly #dispatchers = new Map<string, Dispatcher>();

  /** `resolve` finds the addresses of names; the system's by default. */
  constructor(resolve: Resolve = systemResolve) {
    this.#resolve = resolve;
  }

  /**
   * Posts to a URL by the settings of a target.
   *
   * @throws {AddressError} where the target may not be there; whatever keeps the request from being
   * answered.
   */
  async post(
    { url, headers, body, signal }: TargetRequest,
    target: Pick<Target, "network" | "ca">,
  ): Promise<TargetResponse> {
    if (target.network === "public") guardLiteral(url);
    const { statusCode, headers: answered, body: answer } = await this.#dispatcherFor(target, url)
      .request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: "POST",
        headers,
        body,
        signal,
      });
    // whoever reads it gets the error; where no one does any more, it must not end the process
    answer.on("error", () => {});
    return {
      status: statusCode,
      header(name) {
        const value = answered[name];
        return Array.isArray(value) ? value[0] : value;
      },
      body: answer,
    };
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
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #dispatcherFor({ network, ca }: Pick<Target, "network" | "ca">, url: URL): Dispatcher {
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    const key = JSON.stringify([network, ca, port]);
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const guard = network === "public" ? guardedLookup : plainLookup;
    const made = new Agent({
      connect: {
        lookup: guard(this.#resolve, (found) => mayConnect(found, port)),
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }),
      },
      // the target's own timeout bounds the attempt as a whole
      headersTimeout: 0,
      bodyTimeout: 0,
      // a server that closes an HTTP/2 connection (GOAWAY) ends Deno's process with a memory fault
      allowH2: false,
    }).compose(interceptors.decompress({ skipErrorResponses: false }));
    this.#dispatchers.set(key, made);
    return made;
  }
}

/** Whether Deno lets this process connect to an address. */
function mayConnect({ address, family }: ResolvedAddress, port: string): boolean {
  const host = `${family === 6 ? `[${address}]` : address}:${port}`;
  try {
    return Deno.permissions.querySync({ name: "net", host }).state === "granted";
  } catch {
    // an address that cannot be asked about, such as one with a zone: connecting will tell
    return true;
  }
}
