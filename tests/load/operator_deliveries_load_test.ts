import { assert, assertEquals } from "@std/assert";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

/** Posts so many callbacks, a few at a time. */
async function send(router: RouterProcess, count: number): Promise<void> {
  let sent = 0;
  const sender = async () => {
    while (sent < count) {
      const body = JSON.stringify({ sendID: `u${sent++}`, receiveID: "g", unreadMsgNum: 1 });
      const { errDlt } = await (await router.post(body)).json();
      assertEquals(errDlt, "");
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

/** Asks the operator's API; a body is posted as JSON. */
async function api(router: RouterProcess, path: string, body?: object) {
  const response = await fetch(`${router.operatorURL}/api${path}`, {
    ...body !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  });
  return { status: response.status, page: await response.json() };
}

Deno.test("answers go on while thousands are listed, put back and dropped", async () => {
  await using target = startTarget(() => new Response(null, { status: 500 }));
  await using router = await startRouterProcess({
    targets: {
      analytics: {
        url: target.url,
        network: "private",
        retry: { attempts: 9, first: "1h", factor: 1, longest: "1h" },
        breaker: { failures: 1, pause: "1h", longest: "1h" },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  await send(router, 3000);
  let longest = 0;
  let working = true;
  const answers = (async () => {
    while (working) {
      const began = performance.now();
      await send(router, 1);
      longest = Math.max(longest, performance.now() - began);
    }
  })();
  const status = "waiting";
  const { page } = await api(router, "/deliveries?status=dead");
  assertEquals(page.deliveries, [], "all of them were looked at");
  const retried = await api(router, "/deliveries/retry", { status });
  const dropped = await api(router, "/deliveries/drop", { status });
  working = false;
  await answers;
  assert(retried.page.count >= 3000, JSON.stringify(retried));
  assert(dropped.page.count >= 3000, JSON.stringify(dropped));
  assert(longest < 1000, `an answer took ${longest} ms`);
});
