import type { Callback } from "../openim/callback.ts";

/**
 * A callback in the form that Standard Webhooks recommends for bodies: `{ "id", "type", "timestamp",
 * "data" }`. `id` is the delivery's, `type` the canonical command, `timestamp` when the callback
 * came, in ISO 8601. `data` is the callback's own text, byte for byte: its int64 values would not
 * survive being read and written again.
 */
export function envelope(
  id: string,
  { command, receivedAt, text }: Pick<Callback, "command" | "receivedAt" | "text">,
): string {
  const timestamp = new Date(receivedAt).toISOString();
  const head = JSON.stringify({ id, type: command, timestamp });
  return `${head.slice(0, -1)},"data":${text}}`;
}
