import { Buffer } from "node:buffer";
import { concat } from "@std/bytes";
import { RequestError } from "../openim/request_error.ts";
import { headerOf, textAtHand } from "./request_shortcut.ts";

/**
 * Reads a request's body as text, at most `limit` bytes of it; a promise only where there is
 * something to wait for.
 *
 * Text, because Deno reads it at less cost than bytes, and a body of valid UTF-8 encodes to its
 * original bytes again. A look at `request.body` would make Deno build a stream; a body that says
 * its length, as all of OpenIM's do, is read without one.
 *
 * @throws {RequestError} when the body is larger, no UTF-8, marked with a byte order or cut short
 * by its sender.
 */
export function readBody(request: Request, limit: number): string | Promise<string> {
  // NaN also for a length that is stated twice, which HTTP allows where both are the same
  const length = Number(headerOf(request, "content-length") ?? NaN);
  if (Number.isNaN(length)) return readChunks(request, limit).then(decodeUtf8);
  if (length > limit) throw tooLarge(limit);
  const text = textAtHand(request);
  if (text !== null) return checkedText(text, length);
  return request.text().then((text) => checkedText(text, length), cutShort);
}

function checkedText(text: string, length: number): string {
  // what is ASCII alone, as most bodies are, is done here: it has no second look at any character
  if (text.length !== length || text.includes("\uFFFD")) checkLength(text, length);
  return text;
}

/**
 * Tells from the length of a text that it is not what was sent: Deno drops a byte order mark where
 * it was waited for, and writes U+FFFD, three bytes long, for what is no UTF-8. That keeps the
 * length where the first three bytes of a character of four stand alone, and only the bytes would
 * tell it from a U+FFFD that was sent as one. Neither can end a JSON object; elsewhere it is taken
 * for U+FFFD, as Go's own JSON decoder takes it.
 */
function checkLength(text: string, length: number): void {
  if (text.startsWith("\uFEFF")) throw marked();
  const dropped = length - Buffer.byteLength(text);
  if (dropped === 0 && !text.endsWith("\uFFFD")) return;
  throw dropped === 3 && !text.includes("\uFFFD") ? marked() : notUtf8();
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
  const text = decoded(bytes);
  if (text.startsWith("\uFEFF")) throw marked();
  return text;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
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

/** JSON has no byte order mark: OpenIM's own decoder fails on one. */
function marked(): RequestError {
  return new RequestError("malformed", "the body starts with a byte order mark: send it without");
}
