import type { NewDelivery } from "../chain/deliveries.ts";
import { requestHeaders } from "./request_headers.ts";
import type { Target } from "./target.ts";

/** What replaces a value that may be a secret. */
const masked = "********";

/**
 * The headers that the next attempt at a delivery has, for people: of those that the rules file
 * gives only the names, since which of their values are secrets nobody but their author knows.
 */
export function deliveryHeaders(
  delivery: NewDelivery & { readonly attempts: number },
  target: Pick<Target, "headers" | "auth" | "secrets"> | undefined,
): Readonly<Record<string, string>> {
  const { headers = {}, auth = {}, secrets = [] } = target ?? {};
  const given = [headers, delivery.headers, auth].flatMap(Object.keys)
    .map((name) => name.toLowerCase());
  const sent = requestHeaders(delivery, { headers, auth, secrets }, {
    attempt: delivery.attempts + 1,
    now: Date.now(),
    own: true,
  });
  const secret = new Set([...given, "webhook-signature"]);
  // the headers of the router itself win, and hide nothing
  const own = new Set(Object.keys(requestHeaders(delivery, { headers: {}, auth: {}, secrets: [] }, {
    attempt: 1,
    now: 0,
    own: false,
  })));
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) =>
      [name, secret.has(name) && !own.has(name) ? masked : value] as const
    ),
  );
}
