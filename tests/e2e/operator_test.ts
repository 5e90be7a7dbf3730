import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

/** A page of the operator's listener: its status and its text. */
async function page(router: RouterProcess, path: string, headers: HeadersInit = {}) {
  const response = await fetch(router.operatorURL + path, { headers });
  return { status: response.status, text: await response.text() };
}

async function postAndForget(router: RouterProcess, text = body, path?: string): Promise<void> {
  await (await router.post(text, path === undefined ? {} : { path })).body?.cancel();
}

/** Waits until the metrics have these lines. */
async function metricsHave(router: RouterProcess, expected: readonly string[]): Promise<void> {
  let missing: readonly string[] = expected;
  await eventually("the metrics are there", async () => {
    const lines = (await page(router, "/metrics")).text.split("\n");
    missing = expected.filter((line) => !lines.includes(line));
    return missing.length === 0;
  }, { within: 10_000 }).catch((error) => {
    throw new Error(`${error.message}; missing: ${missing.join(", ")}`);
  });
}

Deno.test("what the router did with callbacks and deliveries stands in metrics and pages", async () => {
  await using target = startTarget();
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "count", name: "reads", key: "sendID" },
          { use: "forward", to: "analytics", when: "counts.reads['1m'] <= 1" },
        ],
      },
    },
  });
  await postAndForget(router);
  await postAndForget(router);
  await postAndForget(router, "{}", "/callbackMadeUpByACallerCommand");
  await target.arrived(1);
  await metricsHave(router, [
    `openim_router_callbacks_total{command="${groupRead}",verdict="continue"} 2`,
    `openim_router_chain_duration_seconds_count{command="${groupRead}"} 2`,
    `openim_router_rule_outcomes_total{rule="${groupRead}[0] count",use="count",outcome="pass"} 2`,
    `openim_router_rule_outcomes_total{rule="${groupRead}[1] forward",use="forward",outcome="skipped"} 1`,
    'openim_router_requests_refused_total{problem="unknownCommand"} 1',
    'openim_router_delivery_attempts_total{target="analytics",result="delivered"} 1',
    'openim_router_counted_keys{counter="reads"} 1',
    "openim_router_storing_duration_seconds_count 1",
  ]);
  assertFalse((await page(router, "/metrics")).text.includes("MadeUp"));

  const counter = JSON.parse((await page(router, "/api/counters/reads")).text);
  assertEquals(counter.top, [{ key: "u1", totals: { "1m": 2 } }]);
  const recent = JSON.parse((await page(router, `/api/callbacks?command=${groupRead}`)).text);
  assertEquals(recent.map(({ rules }: { rules: { outcome: string }[] }) => rules[1]?.outcome), [
    "skipped",
    "pass",
  ]);
});

Deno.test("a store that cannot be written is told by the probes, and leaves the router ready", async () => {
  await using router = await startRouterProcess({});
  const warns = async () => JSON.parse((await page(router, "/readyz")).text).warnings.length > 0;
  assertEquals(await warns(), false);
  const other = new DatabaseSync(join(router.folder.path, "outbox.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  await eventually("it warns", warns);
  const { status, text } = await page(router, "/readyz");
  assertEquals(status, 200, "callbacks are answered");
  assertStringIncludes(text, "the store cannot be written");
  const health = await page(router, "/healthz");
  assertEquals([health.status, JSON.parse(health.text).status], [200, "degraded"]);
  assertStringIncludes(health.text, "the store cannot be written");
  await metricsHave(router, ['openim_router_degraded{about="store"} 1']);
  other.exec("ROLLBACK");
  other.close();
  await eventually("it is well again", async () => !await warns());
  assertEquals(JSON.parse((await page(router, "/healthz")).text).status, "ok");
});

Deno.test("dead letters are told by the probes, and why by the target's page", async () => {
  await using target = startTarget(() => new Response("no", { status: 400 }));
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  await postAndForget(router);
  await eventually("it warns", async () => {
    const { status, text } = await page(router, "/readyz");
    return status === 200 && text.includes('1 delivery to \\"analytics\\" was given up');
  });
  await eventually("the target's page says why", async () => {
    const [shown] = JSON.parse((await page(router, "/api/targets")).text);
    return shown.lastError?.includes("status 400") && shown.breaker === "closed";
  });
});

Deno.test("a router that stops says so while it ends what is in flight", async () => {
  const held = Promise.withResolvers<Response>();
  await using target = startTarget(() => held.promise);
  await using router = await startRouterProcess({
    targets: { slow: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "slow", wait: true }] } },
  });
  const answer = router.post(body);
  await target.arrived(1);
  router.server.kill("SIGTERM");
  await eventually("it is unready", async () => (await page(router, "/readyz")).status === 503);
  assertStringIncludes((await page(router, "/readyz")).text, "the router is stopping");
  held.resolve(Response.json({}));
  await (await answer).body?.cancel();
  assertEquals((await router.server.status).code, 0);
});

Deno.test("no secret of the rules file is on any page, nor in the log", async () => {
  const secret = (name: string) => `s3cret-${name}-0123456789`;
  await using target = startTarget(() => new Response("no", { status: 500 }));
  const url = `http://bob:${secret("password")}@127.0.0.1:${target.port}/${secret("path")}` +
    `?key=${secret("query")}`;
  await using router = await startRouterProcess({
    operator: { token: "${OPERATOR_TOKEN}" },
    targets: {
      literal: {
        url,
        network: "private",
        headers: { "x-key": secret("header") },
        retry: { attempts: 1 },
      },
      filled: {
        url: "${TARGET_URL}",
        network: "private",
        headers: { authorization: "Bearer ${TARGET_TOKEN}" },
      },
      fallback: {
        network: "private",
        url: `\${NOT_SET:-${url}}`,
        headers: { "x-key": `\${NO:-${secret("no")}}` },
      },
    },
    chains: { unused: [{ use: "forward", to: "literal", headers: { a: secret("chain") } }] },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "log", message: "for ${TARGET_TOKEN}", when: "unreadMsgNum > 5" },
          { use: "forward", to: "literal", headers: { "x-rule": secret("rule") } },
          { use: "forward", to: "filled", wait: true, headers: { "x-rule": secret("wait") } },
          { use: "forward", to: "fallback" },
        ],
      },
    },
  }, {
    env: {
      OPERATOR_TOKEN: secret("operator"),
      TARGET_URL: url,
      TARGET_TOKEN: secret("environment"),
    },
  });
  const authorization = `Bearer ${secret("operator")}`;
  await postAndForget(router);
  await target.arrived(3);
  await eventually("an attempt is given up", async () => {
    const { text } = await page(router, "/api/targets", { authorization });
    return JSON.parse(text)[0].dead === 1;
  });
  const document = JSON.parse((await page(router, "/api/openapi.json", { authorization })).text);
  const paths = [
    ...["/healthz", "/readyz", "/metrics", "/api/openapi.json", "/nothing"],
    ...Object.keys(document.paths).map((path) =>
      path.replace("{command}", groupRead).replaceAll(/[{}]/g, "")
    ),
  ];
  assert(paths.length > 10);
  const callbacks = (await page(router, "/api/callbacks", { authorization })).text;
  assertStringIncludes(callbacks, '"outcome":"fail"', "what failed was recorded");
  for (const path of paths) {
    for (const headers of [{ authorization }, { authorization: `Bearer ${secret("wrong")}` }, {}]) {
      const { text } = await page(router, path, headers);
      assertFalse(/s3cret/.test(text), `${path}: ${text}`);
    }
  }
  const log = router.server.lines.join("\n");
  assertFalse(/s3cret/.test(log), log);
});

Deno.test("with a token only who sends it sees more than that the router is well", async () => {
  const token = "a-token-of-enough-length";
  await using router = await startRouterProcess({ operator: { token } });
  assertEquals((await page(router, "/readyz")).status, 200);
  assertEquals((await page(router, "/metrics")).status, 401);
  const { status, text } = await page(router, "/metrics", { authorization: `Bearer ${token}` });
  assertEquals(status, 200);
  assertMatch(text, /^process_resident_memory_bytes [1-9]/m);
});

Deno.test("where it is switched off nothing listens for the operator", async () => {
  await using router = await startRouterProcess({ operator: { enabled: false } });
  await postAndForget(router);
  assertFalse(router.server.lines.some((line) => line.includes('"operator"')));
});
