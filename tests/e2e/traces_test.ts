import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { type OTLPReceiver, startOTLPReceiver } from "../support/otlp_receiver.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { flagsOfStart } from "../support/start_task.ts";
import { startTarget, type TargetServer } from "../support/target_server.ts";
import { aTrace, beforeSend, body, failing, named, spanIn } from "./trace_facts.ts";

/** What `deno task start` may do, but for the network: that is named address by address. */
async function permissionsOfStart(addresses: readonly string[]): Promise<string[]> {
  const flags = await flagsOfStart();
  assert(flags.includes("--allow-net"));
  return flags.map((flag) => flag === "--allow-net" ? `${flag}=${addresses.join(",")}` : flag);
}

/** A router that forwards group-read reports, and tells the receiver of it. */
function startForwarding(target: TargetServer, receiver: OTLPReceiver) {
  return startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: receiver.env });
}

Deno.test("a callback, its rules and its delivery arrive at the receiver as one trace", async () => {
  await using receiver = startOTLPReceiver();
  await using target = failing(1);
  await using router = await startRouterProcess({
    targets: {
      analytics: { url: target.url, network: "private", retry: { delays: ["50ms"] } },
    },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "count", name: "reads", key: "sendID", windows: ["1m"] },
          { use: "log", when: "counts.reads['1m'] > 5" },
          { use: "forward", to: "analytics" },
        ],
      },
    },
  }, {
    env: receiver.env,
    // the receiver is not among them: telemetry leaves the process beside its permissions
    flags: await permissionsOfStart(["127.0.0.1:0", `127.0.0.1:${target.port}`]),
  });
  const caller = aTrace("a");
  const headers = { traceparent: caller.traceparent, tracestate: "rojo=1", operationID: "op-7" };
  await router.post(body, { headers });

  const requests = await target.arrived(2);
  const spans = await receiver.trace(caller.traceID, 6);
  assertEquals(spans.map(({ name }) => name).toSorted(), [
    `POST ${groupRead}`,
    "deliver analytics",
    "deliver analytics",
    "rule count",
    "rule forward",
    "store deliveries",
  ]);
  const [callback] = named(spans, `POST ${groupRead}`);
  assertEquals([callback!.parentID, callback!.kind], [caller.spanID, "server"]);
  assertEquals(callback!.attributes, {
    "http.request.method": "POST",
    "http.response.status_code": 200,
    "url.scheme": "http",
    "url.path": `/callbackExample/${groupRead}`,
    "openim.command": groupRead,
    "openim.operation_id": "op-7",
    "openim.verdict": "continue",
  });
  for (const span of spans) {
    if (span !== callback) assertEquals(span.parentID, callback!.spanID, span.name);
    assert(span.start >= callback!.start && span.end >= span.start, span.name);
  }
  for (const name of ["rule count", "rule forward", "store deliveries"]) {
    const [inside] = named(spans, name);
    assert(inside!.end <= callback!.end, name);
  }
  const [count] = named(spans, "rule count");
  assertEquals(count!.attributes, {
    "openim.rule.name": `${groupRead}[0] count`,
    "openim.rule.use": "count",
    "openim.rule.outcome": "pass",
  });

  const attempts = named(spans, "deliver analytics")
    .toSorted((one, other) => one.start - other.start);
  assertEquals(attempts.map(({ kind, error }) => [kind, error]), [
    ["client", "the target answered with status 503"],
    ["client", undefined],
  ]);
  const facts = {
    "http.request.method": "POST",
    "server.address": "127.0.0.1",
    "server.port": target.port,
    "openim.target": "analytics",
    "openim.command": groupRead,
    "openim.operation_id": "op-7",
    "openim.delivery.id": requests[0]!.headers.get("webhook-id")!,
  };
  assertEquals(attempts.map(({ attributes }) => attributes), [
    {
      ...facts,
      "openim.delivery.attempt": 1,
      "http.response.status_code": 503,
      "error.type": "503",
    },
    {
      ...facts,
      "openim.delivery.attempt": 2,
      "http.request.resend_count": 1,
      "http.response.status_code": 204,
    },
  ]);
  assertEquals(
    requests.map(({ headers }) => [headers.get("traceparent"), headers.get("tracestate")]),
    attempts.map(({ spanID }) => [`00-${caller.traceID}-${spanID}-01`, "rojo=1"]),
  );
});

Deno.test("callbacks that come together each belong to the trace of their own caller", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget();
  await using router = await startForwarding(target, receiver);
  const callers = Array.from({ length: 100 }, (_none, index) => aTrace((index + 16).toString(16)));
  await Promise.all(
    callers.map(({ traceID, traceparent }) =>
      router.post(body, { headers: { traceparent, operationID: traceID } })
    ),
  );
  const requests = await target.arrived(callers.length);
  for (const { traceID, spanID } of callers) {
    const spans = await receiver.trace(traceID, 4);
    const [callback] = named(spans, `POST ${groupRead}`);
    assertEquals(callback!.parentID, spanID);
    assertEquals(callback!.attributes["openim.operation_id"], traceID);
    for (const span of spans) {
      if (span !== callback) assertEquals(span.parentID, callback!.spanID, span.name);
    }
    const [attempt] = named(spans, "deliver analytics");
    const request = requests.find(({ headers }) => headers.get("operationid") === traceID);
    assertEquals(spanIn(request!.headers), attempt!.spanID);
  }
});

Deno.test("a callback without a trace begins one", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget();
  await using router = await startForwarding(target, receiver);
  await router.post(body, { headers: { tracestate: "of=no-trace" } });
  const [request] = await target.arrived(1);
  assertMatch(request!.headers.get("traceparent")!, /^00-[\da-f]{32}-[\da-f]{16}-01$/);
  assertEquals(request!.headers.get("tracestate"), null);
  const spans = await receiver.trace(request!.headers.get("traceparent")!.split("-")[1]!, 4);
  assertEquals(named(spans, `POST ${groupRead}`).map(({ parentID }) => parentID), [""]);
});

Deno.test("what a plugin's code fetches belongs to its callback's trace", async () => {
  await using receiver = startOTLPReceiver();
  await using service = startTarget();
  const plugin = `
    import { z } from "zod";
    import { definePlugin } from "@openim-router/plugin";

    export default definePlugin({
      command: "callbackBeforeLookUpCommand",
      timing: "before",
      area: "custom",
      summary: "Asks a service.",
      request: z.looseObject({}),
      handle: async () => void await fetch("${service.url}"),
      sample: {},
    });
  `;
  await using router = await startRouterProcess(
    { plugins: { folders: ["own"] } },
    { env: receiver.env, files: { "own/look_up.ts": plugin } },
  );
  const caller = aTrace("9");
  const { status } = await router.post("{}", {
    path: "/callbackBeforeLookUpCommand",
    headers: caller,
  });
  assertEquals(status, 200);
  const [request] = await service.arrived(1);
  const spans = await receiver.trace(caller.traceID, 3);
  const [callback] = named(spans, "POST callbackBeforeLookUpCommand");
  const fetched = spans.find(({ spanID }) => spanID === spanIn(request!.headers));
  assertEquals([fetched?.kind, fetched?.parentID], ["client", callback!.spanID]);
});

Deno.test("a trace that the caller does not record goes on unrecorded", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget();
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: { ...receiver.env, OTEL_TRACES_SAMPLER: "parentbased_always_on" } });
  const [unrecorded, recorded] = [aTrace("1"), aTrace("2")];
  const traceparent = unrecorded.traceparent.replace(/01$/, "00");
  await router.post(body, { headers: { traceparent } });
  await target.arrived(1);
  await router.post(body, { headers: recorded });
  await receiver.trace(recorded.traceID, 4);
  assertMatch(
    target.received[0]!.headers.get("traceparent")!,
    new RegExp(`^00-${unrecorded.traceID}-[0-9a-f]{16}-00$`),
  );
  assertEquals(receiver.spans.filter(({ traceID }) => traceID === unrecorded.traceID), []);
});

Deno.test("no secret and no text of a message gets into what the receiver is sent", async () => {
  await using receiver = startOTLPReceiver();
  await using target = startTarget(() => new Response("private answer", { status: 400 }));
  const secret = "a-secret-prefix-of-the-path";
  await using router = await startRouterProcess({
    server: { secret },
    targets: {
      analytics: {
        url: `${target.url}private-path?token=private-token`,
        network: "private",
        secret: "private-secret",
        auth: { bearer: "private-bearer" },
      },
    },
    callbacks: {
      [beforeSend]: {
        rules: [
          { use: "forward", to: "analytics", wait: true, headers: { "x-key": "private-header" } },
          { use: "forward", to: "analytics" },
        ],
      },
    },
  }, { env: receiver.env });
  const origin = new URL(router.url).origin;
  const post = (path: string) =>
    fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent: aTrace("f").traceparent },
      body: newestSample(beforeSend).body.replace("See you", "private words"),
    });
  const urls = [`/${secret}/${beforeSend}?key=private-query`, `/x${secret}/${beforeSend}`];
  assertEquals(await Promise.all(urls.map(async (url) => (await post(url)).status)), [200, 401]);
  await (await fetch(`${router.operatorURL}/readyz`)).body?.cancel();

  const spans = await receiver.trace(aTrace("f").traceID, 7);
  await eventually("metrics arrive", () => receiver.texts.some((text) => text.includes("sum")));
  for (const text of receiver.texts) {
    assertEquals(text.match(/a-secret-prefix|private[- ]\w+/g) ?? [], []);
  }
  const paths = spans.filter(({ kind }) => kind === "server")
    .map(({ name, error, attributes }) => [name, error, attributes["url.path"]]);
  assertEquals(paths.toSorted(), [
    [`POST ${beforeSend}`, undefined, `/${beforeSend}`],
    ["POST", undefined, "(not shown: without the secret)"],
  ]);
  const [judged] = named(spans, "rule forward").filter(({ error }) => error !== undefined);
  assertEquals(judged!.error, "the target answered with status 400");
  assertEquals(judged!.attributes["error.type"], "DeliveryError");
  assertEquals(receiver.spans.filter(({ attributes }) => attributes["url.path"] === "/readyz"), []);
});

Deno.test("a request with tracing headers that cannot be decoded is answered", async () => {
  await using receiver = startOTLPReceiver();
  await using router = await startRouterProcess({}, { env: receiver.env });
  const caller = aTrace("8");
  const broken = [{ baggage: "a=%" }, { baggage: "%zz=1,b" }, { tracestate: ";;=,=" }];
  for (const headers of [...broken, { traceparent: "zz" }]) {
    const response = await router.post(body, { headers: { ...caller, ...headers } });
    assertEquals((await response.json()).errMsg, "Success", JSON.stringify(headers));
    await (await fetch(`${router.operatorURL}/healthz`, { headers })).body?.cancel();
  }
  await receiver.trace(caller.traceID, broken.length);
});
