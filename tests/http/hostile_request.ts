/** What hostile callers send, byte by byte. */
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
