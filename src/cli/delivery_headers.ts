import type { NewDelivery } from "../chain/deliveries.ts";
import type { Target } from "../delivery/target.ts";

/** What stands in place of a value that may be a secret. */
const masked = "********";

/**
 * The headers that the next attempt at a delivery has, for people: of those that the rules file
 * gives only the names, since which of their values are secrets nobody but their author knows.
 */
export function deliveryHeaders(
  delivery: NewDelivery & { readonly attempts: number },
  target: Pick<Target, "headers"> | undefined,
): Readonly<Record<string, string>> {
  const given = [...Object.keys(target?.headers ?? {}), ...Object.keys(delivery.headers)];
  return {
    ...Object.fromEntries(given.map((name) => [name.toLowerCase(), masked])),
    "content-type": "application/json; charset=utf-8",
    "user-agent": "openim-callback-router",
    "operationid": delivery.operationID,
    "webhook-id": delivery.id,
    "x-callback-command": delivery.command,
    "x-delivery-attempt": String(delivery.attempts + 1),
  };
}
