import { assertEquals } from "@std/assert";
import type { TraceContext } from "../../src/chain/trace_context.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { targetsOf } from "../../src/runtime/targets.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery } from "./builders.ts";
import { postOnce } from "./posting.ts";

/** The headers that a target gets of a delivery. */
async function headersAt(
  { rule = {}, target = {}, auth, trace }: {
    readonly rule?: Readonly<Record<string, string>>;
    readonly target?: Readonly<Record<string, string>>;
    readonly auth?: object;
    readonly trace?: TraceContext;
  },
): Promise<Headers> {
  await using server = startTarget();
  const settings = rulesFile.parse({
    targets: { it: { url: server.url, network: "private", auth } },
  });
  const delivery = aDelivery({
    command: "callbackAfterTestCommand",
    headers: rule,
    ...trace && { trace },
  });
  await postOnce({ ...targetsOf(settings, "rules.json")[0]!, headers: target }, {
    delivery,
    attempt: 2,
  });
  return server.received[0]!.headers;
}

Deno.test("a target's headers and a rule's headers are both sent", async () => {
  const headers = await headersAt({ target: { "x-one": "1" }, rule: { "x-other": "2" } });
  assertEquals([headers.get("x-one"), headers.get("x-other")], ["1", "2"]);
});

Deno.test("a rule's header stands above the target's, whatever their case", async () => {
  const headers = await headersAt({ target: { "X-Team": "target" }, rule: { "x-TEAM": "rule" } });
  assertEquals(headers.get("x-team"), "rule");
});

const own = {
  "operationID": "op-1",
  "Webhook-Id": "delivery-1",
  "X-Callback-Command": "callbackAfterTestCommand",
  "X-Delivery-Attempt": "2",
};

for (const [name, value] of Object.entries(own)) {
  for (const where of ["rule", "target"] as const) {
    Deno.test(`the router's own ${name} stands above the ${where}'s, whatever its case`, async () => {
      const headers = await headersAt({ [where]: { [name.toUpperCase()]: "forged" } });
      assertEquals(headers.get(name), value);
    });
  }
}

for (const name of ["Content-Type", "User-Agent"]) {
  for (const where of ["rule", "target"] as const) {
    Deno.test(`the ${where} may say another ${name}, whatever its case`, async () => {
      const value = "application/vnd.kafka.json.v2+json";
      const headers = await headersAt({ [where]: { [name.toUpperCase()]: value } });
      assertEquals(headers.get(name), value);
    });
  }
}

Deno.test("without another one, a delivery is JSON and sent by the router", async () => {
  const headers = await headersAt({});
  assertEquals(
    [headers.get("content-type"), headers.get("user-agent")],
    ["application/json; charset=utf-8", "openim-callback-router"],
  );
});

Deno.test("a target's proof of identity stands above the rule's and the target's headers", async () => {
  const headers = await headersAt({
    rule: { authorization: "rule" },
    target: { Authorization: "target" },
    auth: { bearer: "t0ken" },
  });
  assertEquals(headers.get("authorization"), "Bearer t0ken");
});

const trace = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "a=b",
};

Deno.test("a target is told the trace that a delivery belongs to, whatever others say", async () => {
  const headers = await headersAt({
    trace,
    rule: { TraceParent: "rule" },
    target: { tracestate: "target" },
  });
  const { traceparent, tracestate } = trace;
  assertEquals([headers.get("traceparent"), headers.get("tracestate")], [traceparent, tracestate]);
});

Deno.test("a target is told no trace where there is none", async () => {
  const headers = await headersAt({});
  assertEquals([headers.get("traceparent"), headers.get("tracestate")], [null, null]);
});
