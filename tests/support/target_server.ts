import { eventually } from "./eventually.ts";

/** A request as a target got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The body as text. */
  readonly text: string;
}

/** A downstream service on a free port that keeps what it gets. */
export interface TargetServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  /**
   * Resolves as soon as so many requests have come in.
   *
   * @throws {TooLateError} when they have not within half a minute.
   */
  arrived(count: number): Promise<readonly ReceivedRequest[]>;
}

/** How a target answers a request; the default is 204. */
export type TargetAnswer = (
  request: ReceivedRequest,
  signal: AbortSignal,
) => Response | Promise<Response>;

/** Where a target listens, and as whom. */
export interface TargetOptions {
  /** A free one by default. */
  readonly port?: number;
  /** For https: a certificate and its key, in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts a target: `await using target = startTarget();` */
export function startTarget(
  answer: TargetAnswer = () => new Response(null, { status: 204 }),
  options: TargetOptions = {},
): TargetServer {
  const received: ReceivedRequest[] = [];
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    ...options.tls,
    signal: stop.signal,
    onListen() {},
  }, async (request) => {
    const body = await request.bytes();
    const seen: ReceivedRequest = {
      method: request.method,
      path: new URL(request.url).pathname,
      headers: request.headers,
      body,
      text: new TextDecoder().decode(body),
    };
    received.push(seen);
    return await answer(seen, request.signal);
  });
  const { port } = server.addr;
  return {
    url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}/`,
    port,
    received,
    async arrived(count) {
      await eventually(`${count} requests at the target`, () => received.length >= count);
      return received;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}
