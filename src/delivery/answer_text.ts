import { Buffer } from "node:buffer";
import type { TargetResponse } from "./target_connections.ts";

/** The largest answer that is read from a target, bytes. */
export const answerLimit = 256 * 1024;

/** The text of an answer. */
export interface AnswerText {
  readonly text: string;
  /**
   * The charset that the answer names, if some bytes are not in it: U+FFFD replaces those in the
   * text. Undefined when every byte could be read.
   */
  readonly garbled?: string | undefined;
}

/**
 * Reads an answer's text up to {@link answerLimit}, in the charset that its content type names, or
 * else UTF-8; the rest is not waited for.
 */
export async function answerText(
  { body, headers }: Pick<TargetResponse, "body" | "headers">,
): Promise<AnswerText> {
  const chunks: Uint8Array[] = [];
  let left = answerLimit;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  // the limit may cut a character
  return decoded(Buffer.concat(chunks), charsetOf(headers["content-type"]), { stream: left <= 0 });
}

function decoded(bytes: Uint8Array, charset: string, options: TextDecodeOptions): AnswerText {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes, options);
    return { text };
  } catch {
    return { text: new TextDecoder(charset).decode(bytes, options), garbled: charset };
  }
}

/** The charset of a content type; UTF-8 when it names none that is known. */
function charsetOf(contentType = ""): string {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    return "utf-8";
  }
}
