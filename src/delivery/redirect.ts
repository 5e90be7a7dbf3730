import { DeliveryError } from "./delivery_error.ts";

/** The redirects that keep the method and the body (RFC 9110, 15.4.8 and 15.4.9). */
const keepsRequest = new Set([307, 308]);

/** An answer that is a redirect. */
interface Answer {
  readonly status: number;
  /** The `location` header. */
  readonly location: string | undefined;
}

/** Whether a status sends elsewhere. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/**
 * Where a redirect sends the request to. The other redirects,
 * 301 to 303, turn a POST into a GET without its body: what a target then said would not be about
 * the delivery.
 *
 * @param left How many redirects may still be followed.
 * @throws {DeliveryError} for a redirect that is not followed.
 */
export function redirectOf({ status, location }: Answer, from: URL, left: number): URL {
  const refused = (why: string) =>
    new DeliveryError(`the target answered with status ${status}, ${why}`, {
      retryable: false,
      status,
    });
  if (left <= 0) throw refused('and redirects are not followed beyond the target\'s "redirects"');
  if (!keepsRequest.has(status)) {
    throw refused("a redirect that loses the body; 307 and 308 do not");
  }
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw refused("a redirect to nowhere");
  }
  const to = new URL(location, from);
  if (to.protocol !== "https:" && to.protocol !== from.protocol) {
    throw refused(`a redirect from https to ${to.protocol.slice(0, -1)}, which is not followed`);
  }
  if (to.protocol !== "https:" && to.protocol !== "http:") {
    throw refused("a redirect to something else than HTTP");
  }
  return to;
}
