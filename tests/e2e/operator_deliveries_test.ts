/** Deliveries and dead letters through the operator's API of the real process. */
import { assert, assertEquals, assertFalse } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { api, send } from "../support/operator_calls.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

Deno.test("dead letters are listed, shown, retried and dropped in a running router", async () => {
  let up = false;
  await using target = startTarget(({ headers }) =>
    up
      ? new Response(null, { status: 204 })
      : new Response(`not today, ${headers.get("x-key")}`, { status: 500 })
  );
  await using router = await startRouterProcess({
    targets: {
      analytics: {
        url: target.url,
        network: "private",
        headers: { "x-key": "s3cret" },
        retry: { attempts: 1 },
        breaker: false,
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  await send(router, 30);
  const dead = "/deliveries?status=dead&target=analytics&since=1h";
  await eventually(
    "all are dead letters",
    async () => (await api(router, dead)).page.deliveries.length === 30,
  );

  const first = (await api(router, `${dead}&limit=20`)).page;
  const second = (await api(router, `${dead}&limit=20&after=${first.next}`)).page;
  assertEquals([first.deliveries.length, second.deliveries.length], [20, 10]);
  const [one, other] = first.deliveries;
  assertEquals([one.attempts, one.error], [1, "the target answered with status 500"]);
  assertEquals((await api(router, `${dead}&age=1h`)).page.deliveries, []);

  const { page: shown } = await api(router, `/deliveries/${one.id}`);
  assertEquals(JSON.parse(shown.body).receiveID, "g");
  assertEquals(shown.headers["webhook-id"], one.id);
  assertEquals(shown.headers["x-key"], "********");
  assertEquals(
    shown.tries.map(({ status, answer }: { status: number; answer: string }) => [status, answer]),
    [[500, "not today, ***"]],
  );
  assertFalse(JSON.stringify(shown).includes("s3cret"));

  assertEquals((await api(router, `/deliveries/${other.id}/drop`, {})).page.count, 1);
  const dry = await api(router, "/deliveries/retry", { target: "analytics", dryRun: true });
  assertEquals([dry.page.count, dry.page.first.length], [29, 10]);
  const before = target.received.length;
  up = true;
  const { page: done } = await api(router, "/deliveries/retry", { target: "analytics" });
  assertEquals(done, { change: "retry", dryRun: false, count: 29 });
  await target.arrived(before + 29);
  const again = target.received.slice(before).map(({ headers }) => headers.get("webhook-id"));
  assertFalse(again.includes(other.id), "what was dropped does not come");
  assert(again.includes(one.id), "with the ID that it had");
  await eventually(
    "the outbox is empty",
    async () => (await api(router, "/deliveries")).page.deliveries.length === 0,
  );
  assertEquals((await api(router, `/deliveries/${one.id}/retry`, {})).status, 404);
});

Deno.test("a variable in a body is sent to the target and shown by its name", async () => {
  await using target = startTarget(() => new Response(null, { status: 400 }));
  await using router = await startRouterProcess({
    targets: {
      analytics: {
        url: target.url,
        network: "private",
        body: { shape: "{'key': '${BODY_KEY}', 'from': sendID}" },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, { env: { BODY_KEY: 'a "s3cret" key' } });
  await send(router, 1);
  await target.arrived(1);
  assertEquals(JSON.parse(target.received[0]!.text), { key: 'a "s3cret" key', from: "u0" });
  const { page } = await api(router, "/deliveries");
  const { page: shown } = await api(router, `/deliveries/${page.deliveries[0].id}`);
  assertEquals(JSON.parse(shown.body), { key: "${BODY_KEY}", from: "u0" });
});
