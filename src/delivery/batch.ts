import { createHash } from "node:crypto";
import type { StoredDelivery } from "./outbox.ts";
import type { PostedDelivery } from "./post.ts";

/** The most text of one batch, characters, unless a single delivery has more. */
const mostText = 1024 * 1024;

/** What RFC 9562 writes into a UUID: version 8, for bits of one's own making, and the variant. */
const marks = { version: 0x80, variant: 0x80 } as const;

/**
 * The ID of a batch: a UUID that follows from the IDs of its deliveries in their order. A batch that
 * is sent again has the same one, in this run and after a restart; any other batch has another.
 */
export function batchID(deliveries: readonly Pick<StoredDelivery, "id">[]): string {
  const ids = JSON.stringify(deliveries.map(({ id }) => id));
  const bytes = createHash("sha256").update(ids).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | marks.version;
  bytes[8] = (bytes[8]! & 0x3f) | marks.variant;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The header with the IDs of a batch's deliveries, in the order of their bodies. */
export const idsHeader = "x-delivery-ids";

/** Which deliveries go into one batch, asked in their order. */
export function batchOf(
  max: number,
  goesAlone: (delivery: StoredDelivery) => boolean,
): (delivery: StoredDelivery) => boolean {
  let count = 0;
  let text = 0;
  let headers: string | undefined;
  let closed = false;
  return (delivery) => {
    if (closed || count >= max) return false;
    const alone = goesAlone(delivery);
    const own = JSON.stringify(delivery.headers);
    headers ??= own;
    text += delivery.body.length;
    if (count > 0 && (alone || own !== headers || text > mostText)) return false;
    closed = alone;
    count++;
    return true;
  };
}

/**
 * The one request for several deliveries: a JSON array of their bodies, each as it is, so that
 * every digit survives. The commands are those of all of them, and the operation is the batch's:
 * of several it belongs to no one's, and to no one's trace.
 */
export function batchRequest(deliveries: readonly StoredDelivery[]): PostedDelivery {
  const id = batchID(deliveries);
  const [first] = deliveries;
  const { trace, ...facts } = first!;
  const commands = new Set(deliveries.map(({ command }) => command));
  const alone = deliveries.length === 1;
  return {
    ...facts,
    ...(alone && trace !== undefined ? { trace } : {}),
    batch: deliveries,
    id,
    command: [...commands].join(", "),
    operationID: alone ? first!.operationID : id,
    headers: { ...first!.headers, [idsHeader]: deliveries.map(({ id }) => id).join(", ") },
    body: `[${deliveries.map(({ body }) => body).join(",")}]`,
  };
}
