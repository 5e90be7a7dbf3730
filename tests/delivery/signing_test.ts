import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { webhookHeaders } from "../../src/delivery/signing.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/** Delivers for real; returns what a receiver has in its hands. */
async function delivered(
  { delivery = aDelivery(), secrets = [secret], now }: {
    readonly delivery?: NewDelivery;
    readonly secrets?: readonly string[];
    readonly now?: number;
  } = {},
) {
  await using server = startTarget();
  await postOnce(aTarget({ url: server.url, secrets }), {
    delivery,
    ...now === undefined ? {} : { now },
  });
  const { headers, text } = server.received[0]!;
  return { headers: Object.fromEntries(headers), text };
}

function verify(
  { headers, text }: { readonly headers: Record<string, string>; readonly text: string },
  key = secret,
): void {
  new Webhook(key).verify(text, headers, { jsonParse: false });
}

Deno.test("the official verifier accepts a delivery", async () => {
  verify(await delivered());
});

Deno.test("the official verifier accepts a delivery of any text", () => {
  fc.assert(fc.property(fc.uuid(), fc.string({ unit: "grapheme" }), (id, body) => {
    verify({ headers: webhookHeaders({ id, body }, [secret], Date.now()), text: body });
  }));
});

Deno.test("one changed byte is rejected, wherever it is", async () => {
  const { headers, text } = await delivered();
  for (let at = 0; at < text.length; at++) {
    const changed = String.fromCharCode(text.charCodeAt(at) ^ 1);
    assertThrows(
      () => verify({ headers, text: text.slice(0, at) + changed + text.slice(at + 1) }),
      WebhookVerificationError,
      "No matching signature",
    );
  }
});

Deno.test("another ID or another time than was signed is rejected", async () => {
  const { headers, text } = await delivered();
  const later = String(Number(headers["webhook-timestamp"]) + 1);
  for (const change of [{ "webhook-id": "delivery-2" }, { "webhook-timestamp": later }]) {
    assertThrows(() => verify({ headers: { ...headers, ...change }, text }));
  }
});

Deno.test("an old delivery that is sent again by somebody else is rejected", async () => {
  const old = await delivered({ now: Date.now() - 6 * 60_000 });
  assertThrows(() => verify(old), WebhookVerificationError, "too old");
});

Deno.test("a wrong secret is rejected", async () => {
  const it = await delivered();
  assertThrows(() => verify(it, other), WebhookVerificationError, "No matching signature");
});

Deno.test("with two secrets a receiver that knows either accepts", async () => {
  const it = await delivered({ secrets: [secret, other] });
  assertEquals(it.headers["webhook-signature"]?.split(" ").length, 2);
  verify(it, secret);
  verify(it, other);
});

Deno.test("a secret without whsec_ signs with the UTF-8 of its text", async () => {
  const { headers, text } = await delivered({ secrets: ["pässword"] });
  new Webhook(new TextEncoder().encode("pässword"), { format: "raw" }).verify(text, headers);
});

Deno.test("an attempt is signed for its own time, and the ID stays", () => {
  const first = webhookHeaders(aDelivery(), [secret], 1_754_300_000_999);
  const second = webhookHeaders(aDelivery(), [secret], 1_754_300_005_000);
  assertEquals([first["webhook-timestamp"], second["webhook-timestamp"]], [
    "1754300000",
    "1754300005",
  ]);
  assertEquals(first["webhook-id"], second["webhook-id"]);
  assert(first["webhook-signature"] !== second["webhook-signature"]);
});

Deno.test("without a secret there is an ID and a time, and no signature", async () => {
  const { headers } = await delivered({ secrets: [] });
  assertEquals(headers["webhook-id"], "delivery-1");
  assertMatch(headers["webhook-timestamp"]!, /^\d{10}$/);
  assertEquals(headers["webhook-signature"], undefined);
});

Deno.test("a rule cannot forge a signature", async () => {
  const delivery = aDelivery({ headers: { "Webhook-Signature": "v1,forged" } });
  const it = await delivered({ delivery });
  verify(it);
  assertEquals(it.headers["webhook-signature"]?.includes("forged"), false);
});

Deno.test("a delivery says its operation, its command and its attempt", async () => {
  await using server = startTarget();
  await postOnce(aTarget({ url: server.url, secrets: [secret] }), { attempt: 3 });
  const { headers } = server.received[0]!;
  assertEquals(
    ["operationID", "x-callback-command", "x-delivery-attempt"].map((name) => headers.get(name)),
    ["op-1", "callbackAfterGroupMsgReadCommand", "3"],
  );
});
