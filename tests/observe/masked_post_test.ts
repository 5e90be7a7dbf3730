import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import type { StoredDelivery } from "../../src/delivery/outbox.ts";
import { batchRequest } from "../../src/delivery/batch.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { createPost, type PostedDelivery } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import type { Target } from "../../src/delivery/target.ts";
import { maskedPost } from "../../src/observe/masked_post.ts";
import { aDelivery, aTarget } from "../delivery/builders.ts";
import { type ReceivedRequest, startTarget } from "../support/target_server.ts";

const basic = `Basic ${btoa("router:pass:w0rd")}`;
const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 'raw "signing" key'];

/** Posts once to a target that has these secrets, and answers as it is told. */
async function posting(
  answer: (request: ReceivedRequest) => Response,
  delivery: PostedDelivery = aDelivery(),
  parts: Partial<Target> = {},
) {
  await using server = startTarget(answer);
  await using connections = new TargetConnections();
  const post = maskedPost(createPost(connections, { deliveredWhen: answerCondition }));
  const url = `${server.url}hooks/an-endpoint-nobody-knows?key=query-secret`;
  const target = aTarget({
    url,
    auth: { authorization: "Bearer t0ken-of-analytics" },
    headers: { "x-key": "header-secret", "user-agent": "router/1" },
    secrets,
    ...parts,
  });
  const { signal } = new AbortController();
  return await post(delivery, target, { attempt: 1, signal });
}

const echo = (status: number) => ({ headers, path: url }: ReceivedRequest) =>
  Response.json({ url: `${url}?key=query-secret`, headers: Object.fromEntries(headers) }, {
    status,
  });

const told = ["t0ken-of-analytics", "header-secret", "query-secret", "an-endpoint-nobody-knows"];

Deno.test("what a target that took a delivery echoes of its secrets is masked", async () => {
  const { status, text } = await posting(echo(200));
  assertEquals(status, 200);
  for (const secret of told) assertFalse(text.includes(secret), secret);
  const { headers } = JSON.parse(text);
  assertEquals([headers.authorization, headers["x-key"]], ["***", "***"]);
  assertEquals(headers["webhook-id"], "delivery-1");
});

Deno.test("what a target that refuses echoes of its secrets is masked, and the rest stays", async () => {
  const failure = await assertRejects(() => posting(echo(503)), DeliveryError);
  for (const secret of told) assertFalse(failure.answer!.includes(secret), secret);
  assertEquals([failure.status, failure.retryable], [503, true]);
  assertEquals(failure.message, "the target answered with status 503");
});

Deno.test("signing secrets and a user's password are masked in whatever spelling", async () => {
  const texts = [...secrets, secrets[0]!.slice(6), "pass:w0rd", basic, basic.slice(6)];
  const all = [...texts, JSON.stringify(texts), encodeURIComponent(texts.join("\n"))].join("\n");
  const { text } = await posting(() => new Response(all), aDelivery(), {
    auth: { authorization: basic },
  });
  for (const secret of [...texts, "signing", "MfKQ9r8", "pass%3Aw0rd"]) {
    assertFalse(text.includes(secret), `${secret} in ${text}`);
  }
});

Deno.test("headers that a rule gives are masked as well, also in a batch, whose IDs are not", async () => {
  const headers = { "x-team-key": "secret-of-a-rule" };
  const stored: StoredDelivery = {
    ...aDelivery({ id: "a-long-delivery-id", headers }),
    storeID: 1,
    attempts: 0,
    dueAt: 0,
  };
  for (const delivery of [stored, batchRequest([stored])]) {
    const { text } = await posting(echo(200), delivery);
    assertFalse(text.includes("secret-of-a-rule"));
  }
  const { text } = await posting(echo(200), batchRequest([stored]));
  assertEquals(JSON.parse(text).headers["x-delivery-ids"], "a-long-delivery-id");
});

Deno.test("of a long answer no beginning of a secret is left where it is cut", async () => {
  const token = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (let before = 1960; before < 2060; before++) {
    const { text } = await posting(
      () => new Response(`${" ".repeat(before)}${token.repeat(20)}`),
      aDelivery(),
      { auth: { authorization: `Bearer ${token}` } },
    );
    assertEquals(text.slice(0, 2000).replaceAll("***", "").trim(), "", String(before));
    assert(text.length > 1900);
  }
});

const signed = {
  secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw="],
};

for (
  const [spelling, spell] of [
    ["as it is", (text: string) => text],
    ["in JSON of PHP", (text: string) => text.replaceAll("/", "\\/")],
    [
      "in JSON of a careful encoder",
      (text: string) => JSON.stringify(text).replaceAll("+", "\\u002b"),
    ],
    ["in a URL", encodeURIComponent],
  ] as const
) {
  Deno.test(`an echoed signature is masked ${spelling}`, async () => {
    // bodies until the signatures have had every character of base64
    for (let body = 0; body < 20; body++) {
      let signature = "";
      const { text } = await posting(
        ({ headers }) => {
          signature = headers.get("webhook-signature")!;
          return new Response(`got ${spell(signature)}!`);
        },
        aDelivery({ body: `{"n":${body}}` }),
        signed,
      );
      for (const [, one = ""] of signature.matchAll(/v1,(\S+)/g)) {
        assertFalse(text.includes(spell(one).slice(0, 8)), text);
      }
      assert(text.startsWith("got ") && text.endsWith("!"), text);
    }
  });
}

Deno.test("an echoed signature is masked in the answer of a failure as well", async () => {
  const failure = await assertRejects(() => posting(echo(500), aDelivery(), signed), DeliveryError);
  assertEquals(JSON.parse(failure.answer!).headers["webhook-signature"], "*** ***");
});
