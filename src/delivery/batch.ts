import type { StoredDelivery } from "./outbox.ts";
import type { PostedDelivery } from "./post.ts";

/** The most text of one batch, characters, unless a single delivery has more. */
const mostText = 1024 * 1024;

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
export function batchRequest(deliveries: readonly StoredDelivery[], id: string): PostedDelivery {
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
