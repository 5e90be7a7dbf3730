import type { TargetResponse } from "./connections.ts";

/** Reads an answer's text up to a limit in bytes; the rest is not waited for. */
export async function answerText(
  { body, header }: Pick<TargetResponse, "body" | "header">,
  limit: number,
): Promise<string> {
  // of a compressed answer the length says nothing about the text
  const stated = header("content-encoding") === undefined ? header("content-length") : undefined;
  if (Number(stated ?? Infinity) <= limit) return await body.text();
  const decoder = new TextDecoder();
  let text = "";
  let left = limit;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) break;
  }
  return text + decoder.decode();
}
