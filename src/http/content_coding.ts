/**
 * Bodies that are compressed on their way, as proxies and callers of one's own send them.
 *
 * @module
 */
import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from "node:zlib";
import { RequestError } from "../openim/request_error.ts";

/** Undoes a content coding; fails with the code of Node's zlib. */
type Decode = (bytes: Uint8Array, options: ZlibOptions) => Uint8Array;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  // HTTP means zlib's form; some clients send the bare form
  deflate: (bytes, options) => (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, options),
};

/** The codings that are accepted, for `accept-encoding`. */
export const acceptedCodings = "gzip, deflate";

/**
 * Finds what undoes the coding of a body; undefined for a body that has none.
 *
 * @throws {RequestError} for a coding that is not taken, or several of them.
 */
export function decoderOf(
  contentEncoding: string | null,
): ((bytes: Uint8Array, limit: number) => Uint8Array) | undefined {
  const coding = contentEncoding?.trim().toLowerCase() ?? "";
  if (coding === "" || coding === "identity") return undefined;
  const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (decode === undefined) {
    throw new RequestError("unknownCoding", `the content encoding is "${contentEncoding}"`);
  }
  return (bytes, limit) => decoded(decode, bytes, { coding, limit });
}

function decoded(
  decode: Decode,
  bytes: Uint8Array,
  { coding, limit }: { readonly coding: string; readonly limit: number },
): Uint8Array {
  try {
    // it stops at the limit: a small body may stand for a very large one
    return decode(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const { code, message } = cause as { readonly code?: string; readonly message: string };
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new RequestError("tooLarge", `the limit is ${limit} bytes, decompressed`);
    }
    throw new RequestError("malformed", `the body is not whole or not ${coding}: ${message}`, {
      cause,
    });
  }
}

/** Whether bytes begin as zlib's form does: RFC 1950, section 2.2. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
