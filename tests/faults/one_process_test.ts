import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { callbackOf, startForwardingRouter } from "./burst.ts";
import { countingTarget } from "./counting_target.ts";

Deno.test("a second router on the same outbox is told so and stops; the first goes on", async () => {
  await using target = countingTarget();
  await using first = await startForwardingRouter(target.url, {});
  const second = await first.folder.write(
    "second.json",
    JSON.stringify({ server: { listen: "127.0.0.1:0" }, store: { path: "outbox.sqlite" } }),
  );
  const { code, err } = await runRouter(["serve", second]);
  assertEquals(code, 1);
  assertStringIncludes(err, `in use by another router (process ${first.server.pid})`);
  assertStringIncludes(err, "nothing was started");
  await first.post(callbackOf("after"), { headers: { operationID: "after" } });
  await eventually("the first router delivers", () => target.received.has("after"));
});

Deno.test("what an operator puts back is sent by the router that runs", async () => {
  let status = 400; // given up at once
  await using target = startTarget(() => new Response(null, { status }));
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  const deliveries = (...args: readonly string[]) =>
    runRouter(["deliveries", ...args, "--rules", router.rules]);
  await router.post(callbackOf("u1"));
  await target.arrived(1);
  await eventually("the delivery is a dead letter", async () => {
    const { out } = await deliveries("list", "--status", "dead");
    return out.includes("1 delivery");
  });

  status = 204;
  const dryRun = await deliveries("retry", "--since", "2h", "--target", "analytics", "--dry-run");
  assertMatch(dryRun.out, /^would put back 1 delivery:$/m);
  const retry = await deliveries("retry", "--since", "2h", "--target", "analytics");
  assertEquals([retry.code, retry.err], [0, ""]);
  assertStringIncludes(retry.out, "put back 1 delivery");

  const [first, second] = await target.arrived(2);
  assertEquals(second!.headers.get("webhook-id"), first!.headers.get("webhook-id"));
  await eventually("nothing is left", async () => {
    const { out } = await deliveries("list");
    return out === "0 deliveries\n";
  });
});

Deno.test("what an operator drops is not sent", async () => {
  await using target = countingTarget();
  await target.down();
  await using router = await startForwardingRouter(target.url, {});
  for (const operationID of ["one", "two"]) {
    await router.post(callbackOf(operationID), { headers: { operationID } });
  }
  const drop = ["deliveries", "drop", "--status", "waiting", "--all", "--rules", router.rules];
  assertEquals((await runRouter(drop)).out, "dropped 2 deliveries\n");
  target.up();
  await router.post(callbackOf("three"), { headers: { operationID: "three" } });
  await eventually("a later delivery arrives", () => target.received.has("three"));
  // an attempt under way when they were dropped may have come, but nothing is left to come
  const { out } = await runRouter(["deliveries", "list", "--rules", router.rules]);
  assertMatch(out, /(^|\n)(0 deliveries|1 delivery)\n$/);
  assertEquals(/\b(one|two)\b/.test(out), false);
});
