import { Webhook } from "standardwebhooks";
import type { NewDelivery } from "../chain/deliveries.ts";

/** What Standard Webhooks writes before a secret in base64. */
const base64Prefix = "whsec_";

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com, "Webhook headers"): the ID is
 * the delivery's and stays; the time is the attempt's. With several secrets every one signs, so a
 * receiver that knows the old or the new one of a rotation accepts it. Without a secret there is
 * no signature.
 */
export function webhookHeaders(
  { id, body }: Pick<NewDelivery, "id" | "body">,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const seconds = Math.floor(now / 1000);
  const headers = { "webhook-id": id, "webhook-timestamp": String(seconds) };
  if (secrets.length === 0) return headers;
  const at = new Date(seconds * 1000);
  const signatures = secrets.map((secret) => signer(secret).sign(id, at, body));
  return { ...headers, "webhook-signature": signatures.join(" ") };
}

/** Signers by secret: making one decodes the secret anew. As many as the rules file has secrets. */
const signers = new Map<string, Webhook>();

function signer(secret: string): Webhook {
  let known = signers.get(secret);
  if (known === undefined) signers.set(secret, known = makeSigner(secret));
  return known;
}

/** The library reads raw text as Latin-1; UTF-8 is what receivers in other languages have. */
function makeSigner(secret: string): Webhook {
  if (secret.startsWith(base64Prefix)) return new Webhook(secret);
  return new Webhook(new TextEncoder().encode(secret), { format: "raw" });
}
