/** An answer as it came over the socket. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The parts of a request that `fetch` does not let a caller choose. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** Lines such as `Content-Length: 5`; a body brings none of its own. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

const utf8 = new TextEncoder();

/** Writes a request to a socket of its own and reads the answer. */
export async function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(connection, requestBytes(request));
  return await readAnswer(connection);
}

/** A request as it goes over the wire. */
export function requestBytes(
  { method = "POST", path = "/", headers = [], body = "" }: RawRequest,
): Uint8Array<ArrayBuffer> {
  const head = [`${method} ${path} HTTP/1.1`, "Host: router", "Connection: close", ...headers];
  const content = typeof body === "string" ? utf8.encode(body) : body;
  return Uint8Array.from([...utf8.encode(`${head.join("\r\n")}\r\n\r\n`), ...content]);
}

/**
 * Writes bytes that need be no request, says that no more will come, and reads the answer, if one
 * comes before the server hangs up.
 */
export async function sendBytes(port: number, bytes: Uint8Array): Promise<RawAnswer | undefined> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await writeAll(connection, bytes);
    await connection.closeWrite();
    return await readAnswer(connection);
  } catch {
    // a server may hang up on what is no request, even before it has read all of it
    return undefined;
  }
}

/** Writes bytes and hangs up without waiting for an answer. */
export async function sendAndHangUp(port: number, bytes: Uint8Array): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await writeAll(connection, bytes);
  } catch {
    // then the server has hung up first
  }
}

/** A body in chunked transfer coding, one chunk for each part. */
export function chunked(...parts: readonly Uint8Array[]): Uint8Array {
  const coded = parts.flatMap((
    part,
  ) => [...utf8.encode(`${part.length.toString(16)}\r\n`), ...part, ...utf8.encode("\r\n")]);
  return Uint8Array.from([...coded, ...utf8.encode("0\r\n\r\n")]);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Reads up to the length that the answer says: a connection whose request is not whole stays open. */
async function readAnswer(connection: Deno.Conn): Promise<RawAnswer> {
  const buffer = new Uint8Array(4096);
  const bytes: number[] = [];
  for (let read = await connection.read(buffer); read; read = await connection.read(buffer)) {
    bytes.push(...buffer.subarray(0, read));
    const answer = parseAnswer(Uint8Array.from(bytes));
    if (answer !== undefined) return answer;
  }
  throw new Error("the connection ended before the answer did");
}

/** The answer that bytes start with; undefined while it is not whole. */
export function parseAnswer(bytes: Uint8Array): RawAnswer | undefined {
  // one character for each byte, so that lengths agree
  const answer = new TextDecoder("latin1").decode(bytes);
  const end = answer.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [first = "", ...lines] = answer.slice(0, end).split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const body = bytes.subarray(end + 4);
  if (body.length < Number(headers.get("content-length"))) return undefined;
  return { status: Number(first.split(" ")[1]), headers, body: new TextDecoder().decode(body) };
}
