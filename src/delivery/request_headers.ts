import type { NewDelivery } from "../chain/deliveries.ts";
import { webhookHeaders } from "./signing.ts";
import type { Target } from "./target.ts";

/** What the headers of an attempt depend on besides the delivery and its target. */
export interface AttemptFacts {
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /**
   * Whether the request goes where the target's URL says. Elsewhere, after a redirect, it has the
   * router's own headers alone: those of the rules file may be secrets that are meant for one host.
   */
  readonly own: boolean;
}

/**
 * The headers of one attempt, names in lower case. The rule's win over the target's, its proof of
 * identity over both. The rules file may say otherwise what the content is and who sends it; the
 * router's other headers win over all.
 */
export function requestHeaders(
  delivery: NewDelivery,
  target: Pick<Target, "headers" | "auth" | "secrets">,
  { attempt, now, own }: AttemptFacts,
): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "openim-callback-router",
    ...own ? givenHeaders(delivery, target) : {},
    "operationid": delivery.operationID,
    "x-callback-command": delivery.command,
    "x-delivery-attempt": String(attempt),
    ...delivery.trace,
    ...webhookHeaders(delivery, target.secrets, now),
  };
}

function givenHeaders(
  delivery: NewDelivery,
  target: Pick<Target, "headers" | "auth">,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const from of [target.headers, delivery.headers, target.auth]) {
    for (const [name, value] of Object.entries(from)) headers[name.toLowerCase()] = value;
  }
  return headers;
}
