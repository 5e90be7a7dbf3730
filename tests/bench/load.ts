/** One round of load, and what it showed. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** Where to send what, and for how long. */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Posts a body again and again over kept connections, as OpenIM does: each connection sends its
 * next request when it has the answer to the last one.
 *
 * @throws {Error} when an answer is not a success, or a connection ends.
 */
export async function runLoad(options: LoadOptions): Promise<Load> {
  const { port, path, body, connections, seconds } = options;
  const request = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOperationid: 1754300000123\r\n` +
      "Content-Type: application/json; charset=utf-8\r\n" +
      `Content-Length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`,
  );
  const times: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    while (performance.now() < end) {
      const sent = performance.now();
      await connection.write(request);
      const answer = await readAnswer(connection);
      times.push(performance.now() - sent);
      if (!/^HTTP\/1.1 200 .*"errCode":0,/s.test(answer)) throw new Error(`answered: ${answer}`);
    }
  }));
  const elapsed = (performance.now() - began) / 1000;
  times.sort((one, other) => one - other);
  return {
    requests: times.length,
    perSecond: times.length / elapsed,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

/** The value that this part of the sorted values does not exceed. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;
}

const buffers = new WeakMap<Deno.Conn, Uint8Array>();
const decoder = new TextDecoder();

/** Reads until the answer is whole, which is nearly always one read. */
async function readAnswer(connection: Deno.Conn): Promise<string> {
  const buffer = buffers.get(connection) ?? new Uint8Array(4096);
  buffers.set(connection, buffer);
  let text = "";
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error(`a connection ended after: ${text}`);
    text += decoder.decode(buffer.subarray(0, count));
    const head = text.indexOf("\r\n\r\n");
    if (head === -1) continue;
    const [, length] = /^content-length: (\d+)/im.exec(text) ?? [];
    const whole = length === undefined
      ? text.endsWith("\r\n0\r\n\r\n")
      : text.length >= head + 4 + Number(length);
    if (whole) return text;
  }
}
