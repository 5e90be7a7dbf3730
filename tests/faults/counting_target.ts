/** A target that counts what it gets by operation, and can be down and up again on one port. */
export interface CountingTarget extends AsyncDisposable {
  readonly url: string;
  /** How often the delivery of each operation has come. */
  readonly received: ReadonlyMap<string, number>;
  up(): void;
  /** Closes the port: connections are refused. */
  down(): Promise<void>;
}

/** Starts a target that is up; over https where it is given a certificate and its key, in PEM. */
export function countingTarget(
  tls?: { readonly cert: string; readonly key: string },
): CountingTarget {
  const received = new Map<string, number>();
  let port = 0;
  let server: Deno.HttpServer<Deno.NetAddr> | undefined;
  const up = () => {
    const options = { hostname: "127.0.0.1", port, onListen() {}, ...tls };
    server ??= Deno.serve(options, async (request) => {
      await request.text();
      const operation = request.headers.get("operationid")!;
      received.set(operation, (received.get(operation) ?? 0) + 1);
      return new Response(null, { status: 204 });
    });
    port = server.addr.port;
  };
  const down = async () => {
    const stopping = server;
    server = undefined;
    await stopping?.shutdown();
  };
  up();
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/`;
  return { url, received, up, down, [Symbol.asyncDispose]: down };
}
