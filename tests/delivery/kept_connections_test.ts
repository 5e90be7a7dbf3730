import { assertEquals, assertRejects } from "@std/assert";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { createPost, type Post } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { certificates } from "../support/certificates.ts";
import { type Closing, closingTarget } from "../support/closing_target.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { aDelivery, aTarget } from "./builders.ts";

const never = new AbortController().signal;

/** Posts deliveries one after another over the same connections; how many were answered. */
async function answeredOf(count: number, url: string, post: Post): Promise<number> {
  let answered = 0;
  for (let index = 0; index < count; index++) {
    const delivery = aDelivery({ id: `d${index}` });
    const { text } = await post(delivery, aTarget({ url }), { attempt: 1, signal: never });
    if (text === "taken") answered++;
  }
  return answered;
}

const closings: readonly Closing[] = [
  "at the second request",
  "with a 408",
  { after: 20 },
  { after: 0 },
];
for (const closing of closings) {
  Deno.test(`200 posts to a target that closes ${JSON.stringify(closing)} are answered`, async () => {
    await using target = await closingTarget(closing, "taken");
    await using connections = new TargetConnections();
    assertEquals(
      await answeredOf(
        200,
        target.url,
        createPost(connections, { deliveredWhen: answerCondition }),
      ),
      200,
    );
    assertEquals(new Set(target.seen).size, 200);
  });
}

Deno.test("posts at once over many connections that all are closed are answered", async () => {
  await using target = await closingTarget("at the second request", "taken");
  await using connections = new TargetConnections();
  const post = createPost(connections, { deliveredWhen: answerCondition });
  for (let round = 0; round < 5; round++) {
    const counts = await Promise.all(
      Array.from({ length: 20 }, () => answeredOf(1, target.url, post)),
    );
    assertEquals(counts.filter((count) => count === 1).length, 20);
  }
});

Deno.test("a new connection that breaks is a failure and is not tried once more", async () => {
  await using target = await closingTarget("at every request", "taken");
  await using connections = new TargetConnections();
  const error: DeliveryError = await assertRejects(
    () => answeredOf(1, target.url, createPost(connections, { deliveredWhen: answerCondition })),
    DeliveryError,
  );
  assertEquals([error.retryable, target.seen.length], [true, 1]);
});

Deno.test("a 408 of a target that keeps the connection open is its answer, and not asked for again", async () => {
  await using target = startTarget(() => new Response("slow", { status: 408 }));
  await using connections = new TargetConnections();
  const post = createPost(connections, { deliveredWhen: answerCondition });
  for (let number = 1; number <= 3; number++) {
    await assertRejects(() => answeredOf(1, target.url, post), DeliveryError, "408");
    assertEquals(target.received.length, number);
  }
});

Deno.test("a kept connection that breaks inside the answer is a failure", async () => {
  await using target = await closingTarget("inside the second answer", "taken");
  await using connections = new TargetConnections();
  // an answer may be read before its connection is free for the next post
  await assertRejects(
    () => answeredOf(50, target.url, createPost(connections, { deliveredWhen: answerCondition })),
    DeliveryError,
  );
  assertEquals(new Set(target.seen).size, target.seen.length);
});

Deno.test("the post on a new connection is made under the same certificate authority", async () => {
  const { ca, ...tls } = await certificates();
  await using folder = await tempFolder();
  const file = await folder.write("ca.pem", ca);
  await using connections = new TargetConnections();
  const post = createPost(connections, { deliveredWhen: answerCondition });
  const answer = () => new Response("taken");
  let port = 0;
  for (let start = 0; start < 2; start++) {
    await using server = startTarget(answer, { tls, port });
    port = server.port;
    const url = `https://localhost:${port}/`;
    const target = aTarget({ url, ca: file });
    const { text } = await post(aDelivery(), target, { attempt: 1, signal: never });
    assertEquals(text, "taken");
  }
});
