/** What hostile callers send, byte by byte, and what came back. */
import { groupRead } from "../support/router_process.ts";

const utf8 = new TextEncoder();

/** The path of the callback that hostile callers send. */
export const path = `/callbackExample/${groupRead}`;

/** A body that is in order. */
export const goodBody = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":5,"contentType":3}';

/** A request with further header lines; its length is stated unless a line says otherwise. */
export function request(
  body: string | Uint8Array,
  lines: readonly string[] = ["Content-Type: application/json"],
): Uint8Array {
  const content = typeof body === "string" ? utf8.encode(body) : body;
  const framed = lines.some((line) => /^(?:content-length|transfer-encoding)/i.test(line));
  const all = framed ? lines : [...lines, `Content-Length: ${content.length}`];
  const head = [`POST ${path} HTTP/1.1`, "Host: router", ...all, "", ""].join("\r\n");
  return Uint8Array.from([...utf8.encode(head), ...content]);
}

/** A request in chunked coding, as it is written. */
export function chunkedRequest(chunks: string, lines: readonly string[] = []): Uint8Array {
  return request(chunks, [
    "Content-Type: application/json",
    "Transfer-Encoding: chunked",
    ...lines,
  ]);
}

/**
 * Sends bytes, keeps its own side open, and reads until the server hangs up, or until `enough` is
 * true of what has come.
 */
export async function converse(
  port: number,
  bytes: Uint8Array,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let text = "";
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    const buffer = new Uint8Array(4096);
    while (!enough(text)) {
      const read = await connection.read(buffer);
      if (read === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, read));
    }
  } catch {
    // the server may hang up before it has read everything
  }
  return text;
}
