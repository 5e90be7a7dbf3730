import { assertEquals, assertRejects } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { createPost } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { createPoster } from "../../src/delivery/poster.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";

/** A poster over connections that are closed at the end of a test. */
function posterOf(targets: readonly Target[]) {
  const connections = new TargetConnections();
  return {
    ...createPoster(targets, createPost(connections, { deliveredWhen: answerCondition })),
    [Symbol.asyncDispose]: () => connections.close(),
  };
}

const never = new AbortController().signal;

Deno.test("a delivery is posted to the target that it names, and its answer returned", async () => {
  await using analytics = startTarget(() => new Response("from analytics"));
  await using alerts = startTarget(() => new Response("from alerts"));
  await using poster = posterOf([
    aTarget({ name: "analytics", url: analytics.url }),
    aTarget({ name: "alerts", url: alerts.url }),
  ]);
  const answer = await poster.post(aDelivery({ target: "alerts" }), never);
  assertEquals(answer?.text, "from alerts");
  assertEquals([analytics.received.length, alerts.received.length], [0, 1]);
});

Deno.test("a post is a first attempt and has no second", async () => {
  await using server = startTarget(() => new Response("no", { status: 503 }));
  await using poster = posterOf([aTarget({ url: server.url })]);
  await assertRejects(() => poster.post(aDelivery(), never), DeliveryError, "503");
  const attempts = server.received.map(({ headers }) => headers.get("x-delivery-attempt"));
  assertEquals(attempts, ["1"]);
});

Deno.test("a target that is not there is a failure that stays and names it", async () => {
  await using poster = posterOf([aTarget({})]);
  const error = await assertRejects(
    () => poster.post(aDelivery({ target: "nobody" }), never),
    DeliveryError,
    '"nobody"',
  );
  assertEquals(error.retryable, false);
});

Deno.test("a target's name is looked for among the targets alone", async () => {
  await using poster = posterOf([]);
  await assertRejects(
    () => poster.post(aDelivery({ target: "constructor" }), never),
    DeliveryError,
    '"constructor"',
  );
});

Deno.test("a post ends with its signal", async () => {
  await using server = startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
  const budget = new AbortController();
  await using poster = posterOf([aTarget({ url: server.url })]);
  const post = poster.post(aDelivery(), budget.signal);
  const rejected = assertRejects(() => post, DeliveryError, "the budget is spent");
  await server.arrived(1);
  budget.abort(new Error("the budget is spent"));
  await rejected;
});
