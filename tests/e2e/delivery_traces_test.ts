/** How deliveries stand in the traces of their callbacks. */
import { assertEquals } from "@std/assert";
import { startOTLPReceiver } from "../support/otlp_receiver.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { startTarget } from "../support/target_server.ts";
import { aTrace, beforeSend, body, failing, named, spanIn } from "./trace_facts.ts";

Deno.test("a delivery that a killed router left is sent within its callback's trace", async () => {
  await using receiver = startOTLPReceiver();
  await using target = failing(1);
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private", retry: { delays: ["1s"] } } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: receiver.env });
  const caller = aTrace("b");
  await router.post(body, { headers: caller });
  await receiver.trace(caller.traceID, 4);
  await router.crashAndRestart();

  const [, again] = await target.arrived(2);
  const spans = await receiver.trace(caller.traceID, 5);
  const [callback] = named(spans, `POST ${groupRead}`);
  const attempt = spans.find(({ spanID }) => spanID === spanIn(again!.headers));
  assertEquals([attempt?.name, attempt?.parentID], ["deliver analytics", callback!.spanID]);
});

Deno.test("a target that is waited for is told of the callback's trace", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget(() => Response.json({ errCode: 5010, nextCode: 1 }));
  await using router = await startRouterProcess({
    targets: { judge: { url: target.url, network: "private" } },
    callbacks: { [beforeSend]: { rules: [{ use: "forward", to: "judge", wait: true }] } },
  }, { env: receiver.env });
  const caller = aTrace("c");
  await router.post(newestSample(beforeSend).body, {
    path: `/${beforeSend}`,
    headers: caller,
  });
  const [request] = await target.arrived(1);
  const spans = await receiver.trace(caller.traceID, 3);
  const [callback] = named(spans, `POST ${beforeSend}`);
  const [attempt] = named(spans, "deliver judge");
  assertEquals(attempt?.parentID, callback?.spanID);
  assertEquals(spanIn(request?.headers), attempt?.spanID);
  const { "openim.verdict": verdict, "openim.refusal.code": code } = callback!.attributes;
  assertEquals([verdict, code, callback!.error], ["refuse", 5010, undefined]);
});

Deno.test("a batch is linked with the attempts at its deliveries, each in its own trace", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget();
  const batch = { max: 2, wait: "30s" };
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private", batch } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: receiver.env });
  const callers = [aTrace("d"), aTrace("e")];
  for (const headers of callers) await router.post(body, { headers });

  const [request] = await target.arrived(1);
  const [, batchTrace] = request!.headers.get("traceparent")!.split("-");
  const [whole] = await receiver.trace(batchTrace!, 1);
  const attempts = [];
  for (const { traceID } of callers) {
    const spans = await receiver.trace(traceID, 4);
    const [callback] = named(spans, `POST ${groupRead}`);
    const [attempt] = named(spans, "deliver analytics");
    assertEquals(attempt!.parentID, callback!.spanID);
    assertEquals(attempt!.links, [whole!.spanID]);
    attempts.push(attempt!);
  }
  assertEquals([whole!.name, whole!.spanID], ["batch analytics", spanIn(request!.headers)]);
  assertEquals(whole!.links, attempts.map(({ spanID }) => spanID));
  const id = request!.headers.get("webhook-id");
  for (const { attributes } of [whole!, ...attempts]) {
    assertEquals(attributes["openim.batch.id"], id);
  }
});

Deno.test("a batch of one is the attempt at its delivery", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget();
  const batch = { max: 2, wait: "1ms" };
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private", batch } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: receiver.env });
  const caller = aTrace("d");
  await router.post(body, { headers: caller });
  const [request] = await target.arrived(1);
  const [attempt] = named(await receiver.trace(caller.traceID, 4), "deliver analytics");
  assertEquals(spanIn(request!.headers), attempt!.spanID);
  const { "openim.batch.id": batchID, "openim.delivery.id": deliveryID } = attempt!.attributes;
  assertEquals(batchID, request!.headers.get("webhook-id"));
  assertEquals(deliveryID, request!.headers.get("x-delivery-ids"));
});

Deno.test("a router that does not trace hands a caller's trace on to the target", async () => {
  await using target = startTarget();
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  const { traceparent } = aTrace("a");
  await router.post(body, { headers: { traceparent, tracestate: "rojo=1" } });
  await target.arrived(1);
  await router.post(body);
  await target.arrived(2);
  assertEquals(
    target.received.map(({ headers }) => [headers.get("traceparent"), headers.get("tracestate")]),
    [[traceparent, "rojo=1"], [null, null]],
  );
});
