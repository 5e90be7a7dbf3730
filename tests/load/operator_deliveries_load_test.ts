import { assert, assertEquals } from "@std/assert";
import { api, send } from "../support/operator_calls.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

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
