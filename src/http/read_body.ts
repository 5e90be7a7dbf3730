import { concat } from "@std/bytes";
import { RequestError } from "../openim/request_error.ts";

/**
 * Reads a request's body as text, at most `limit` bytes of it.
 *
 * Text, because Deno reads it at half the cost of bytes, and a body of valid UTF-8 encodes to
 * its original bytes again. Hono's own `bodyLimit` looks at `request.body`, which makes Deno build
 * a stream for every request; a body that says its length, as all of OpenIM's do, is read without
 * one here.
 *
 * @throws {RequestError} when the body is larger, or no UTF-8.
 */
export async function readBody(request: Request, limit: number): Promise<string> {
  const stated = request.headers.get("content-length");
  if (stated === null) return decodeUtf8(await readChunks(request, limit));
  const length = Number(stated);
  if (length > limit) throw tooLarge(limit);
  const text = await request.text();
  // what is no UTF-8 has become U+FFFD, which seldom is as long as what it stands for; a U+FFFD
  // that was sent as one is
  if (text.includes("\uFFFD") && utf8Length(text) !== length) throw notUtf8();
  return text;
}

async function readChunks(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return concat(chunks);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8();
  }
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function tooLarge(limit: number): RequestError {
  return new RequestError("tooLarge", `the limit is ${limit} bytes`);
}

function notUtf8(): RequestError {
  return new RequestError("malformed", "the body is not UTF-8");
}
