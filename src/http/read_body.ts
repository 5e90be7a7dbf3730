import { IncomingMessage } from "node:http";
import { concat } from "@std/bytes";
import { RequestError } from "../openim/request_error.ts";
import type { CallerRequest } from "./auth/caller_request.ts";
import { decoderOf } from "./content_coding.ts";

/** Where a body comes from: the request of a `node:http` server, or a web stream. */
export type BodySource = IncomingMessage | AsyncIterable<Uint8Array> | readonly Uint8Array[];

/**
 * Reads a request's body as text, at most `limit` bytes of it. A body in gzip or deflate is
 * decompressed, and the limit holds for what comes out of it as well. A byte order mark in front is
 * left out, as JSON has none.
 *
 * @throws {RequestError} when the body is larger, no UTF-8, compressed in another way, or cut short
 * by its sender.
 */
export async function readBody(
  { headers }: Pick<CallerRequest, "headers">,
  source: BodySource,
  limit: number,
): Promise<string> {
  const decode = decoderOf(headers.get("content-encoding"));
  // a body that says its length is turned away before any of it is read
  if (Number(headers.get("content-length")) > limit) throw tooLarge(limit);
  const bytes = await readChunks(source, limit);
  return decodeUtf8(decode === undefined ? bytes : decode(bytes, limit));
}

/**
 * How many pieces a body may come in. Each costs some 15 µs during which no other callback is
 * answered: a body of a million chunks of one byte would stop the chat for many seconds. In pieces
 * of a proxy's usual size even a large body takes far fewer.
 */
const mostChunks = 4096;

async function readChunks(source: BodySource, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of piecesOf(source)) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
      if (chunks.length > mostChunks) throw inTooManyPieces();
    }
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    cutShort(cause);
  }
  return concat(chunks);
}

/** A request of which not all is read must live on: it has yet to be answered. */
function piecesOf(source: BodySource): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return source instanceof IncomingMessage ? source.iterator({ destroyOnReturn: false }) : source;
}

/** Reading a body fails only if its connection does. */
function cutShort(cause: unknown): never {
  throw new RequestError("malformed", "the body ended before it was whole", { cause });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8();
  }
}

function tooLarge(limit: number): RequestError {
  return new RequestError("tooLarge", `the limit is ${limit} bytes`);
}

function inTooManyPieces(): RequestError {
  const detail = `the body comes in more than ${mostChunks} chunks: send it with its length`;
  return new RequestError("malformed", detail);
}

function notUtf8(): RequestError {
  return new RequestError("malformed", "the body is not UTF-8");
}
