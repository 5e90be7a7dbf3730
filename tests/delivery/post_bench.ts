/**
 * What a delivery costs, and what of it are the signature and the address guard:
 * `deno task bench:post`.
 *
 * @module
 */
import { guardedLookup, systemResolve } from "../../src/delivery/address_guard.ts";
import { Connections } from "../../src/delivery/connections.ts";
import { createPost } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { webhookHeaders } from "../../src/delivery/signing.ts";
import { nonPublicReason } from "../../src/values/address_ranges.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const delivery = aDelivery({ body: JSON.stringify({ content: "x".repeat(600) }) });
const server = startTarget();
const connections = new Connections();
const post = createPost(connections, { deliveredWhen: answerCondition });
const { signal } = new AbortController();

const posting = (secrets: readonly string[]) => {
  const target = aTarget({ url: server.url, secrets });
  return async () => void await post(delivery, target, { attempt: 1, signal });
};

Deno.bench("native fetch", { group: "attempt", baseline: true }, async () => {
  await (await fetch(server.url, { method: "POST", body: delivery.body })).text();
});
Deno.bench("post, unsigned", { group: "attempt" }, posting([]));
Deno.bench("post, one signature", { group: "attempt" }, posting([secret]));
Deno.bench("post, two signatures", { group: "attempt" }, posting([secret, secret]));

Deno.bench("the headers with one signature", { group: "parts" }, () => {
  webhookHeaders(delivery, [secret], 1_754_300_000_000);
});
Deno.bench("the check of one address", { group: "parts" }, () => {
  nonPublicReason("142.250.74.78");
});
Deno.bench("the guarded look-up of a name, once a connection", { group: "parts" }, async () => {
  await new Promise<void>((done) =>
    guardedLookup(systemResolve)("localhost", { all: true }, () => done())
  );
});
