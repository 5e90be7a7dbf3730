import { Buffer } from "node:buffer";
import { concat } from "@std/bytes";
import { RequestError } from "../openim/request_error.ts";
import { decoderOf } from "./content_coding.ts";
import { headerOf, textAtHand } from "./request_shortcut.ts";

/**
 * Reads a request's body as text, at most `limit` bytes of it; a promise only where there is
 * something to wait for. A body in gzip or deflate is decompressed, and the limit holds for what
 * comes out of it as well. A byte order mark in front is left out, as JSON has none.
 *
 * Text, because Deno reads it at less cost than bytes, and a body of valid UTF-8 encodes to its
 * original bytes again. A look at `request.body` would make Deno build a stream; a body that says
 * its length, as all of OpenIM's do, is read without one.
 *
 * @throws {RequestError} when the body is larger, no UTF-8, compressed in another way, or cut short
 * by its sender.
 */
export function readBody(request: Request, limit: number): string | Promise<string> {
  const decode = decoderOf(headerOf(request, "content-encoding"));
  // NaN also for a length that is stated twice, which HTTP allows where both are the same
  const length = Number(headerOf(request, "content-length") ?? NaN);
  if (length > limit) throw tooLarge(limit);
  if (decode !== undefined) {
    return readChunks(request, limit).then((bytes) => decodeUtf8(decode(bytes, limit)));
  }
  if (Number.isNaN(length)) return readChunks(request, limit).then(decodeUtf8);
  const text = textAtHand(request);
  if (text !== null) return checkedText(text, length);
  return request.text().then((text) => checkedText(text, length), cutShort);
}

function checkedText(text: string, length: number): string {
  // what is ASCII alone, as most bodies are, is done here: it has no second look at any character
  if (text.length === length && !text.includes("\uFFFD")) return text;
  return withoutMark(text, length);
}

/**
 * Tells from the length of a text that it is not what was sent: Deno drops a byte order mark where
 * it was waited for, and writes U+FFFD, three bytes long, for what is no UTF-8. That keeps the
 * length where the first three bytes of a character of four stand alone, and only the bytes would
 * tell it from a U+FFFD that was sent as one. Neither can end a JSON object; elsewhere it is taken
 * for U+FFFD, as Go's own JSON decoder takes it.
 */
function withoutMark(text: string, length: number): string {
  const dropped = length - Buffer.byteLength(text);
  const wasMarked = dropped === markLength && !text.startsWith(mark);
  if ((dropped !== 0 && !wasMarked) || text.endsWith("\uFFFD")) throw notUtf8();
  return unmarked(text);
}

/** U+FEFF in front of a text says that it is UTF-8, and is no part of it. */
const mark = "\uFEFF";

/** The bytes of a {@link mark}. */
const markLength = 3;

function unmarked(text: string): string {
  return text.startsWith(mark) ? text.slice(1) : text;
}

/**
 * How many pieces a body may come in. Each costs some 15 µs during which no other callback is
 * answered: a body of a million chunks of one byte would stop the chat for many seconds. In pieces
 * of a proxy's usual size even a large body takes far fewer.
 */
const mostChunks = 4096;

async function readChunks(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
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

/** Reading a body fails only where its connection does. */
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
