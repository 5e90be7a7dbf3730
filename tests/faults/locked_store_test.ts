import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { callbackOf } from "./burst.ts";
import { countingTarget } from "./counting_target.ts";

Deno.test("what a locked store takes after the answer is told as stored late, and is delivered", async () => {
  await using target = countingTarget();
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { budget: "600ms", rules: [{ use: "forward", to: "analytics" }] } },
  });
  const metric = async (name: string) => {
    const text = await (await fetch(`${router.operatorURL}/metrics`)).text();
    return text.split("\n").find((line) => line.startsWith(`openim_router_${name}{`))?.at(-1);
  };
  const logged = (text: string) => router.server.lines.some((line) => line.includes(text));

  const other = new DatabaseSync(join(router.folder.path, "outbox.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  const headers = { operationID: "late" };
  const answer = await (await router.post(callbackOf("late"), { headers })).json();
  assertEquals(answer.errMsg, "Success");
  assertStringIncludes(answer.errDlt, "1 not stored yet for delivery to analytics");
  assertStringIncludes(answer.errDlt, "may still store it");
  await eventually("it is logged", () => logged("deliveries not stored in time, the store may"));
  assertEquals(await metric("deliveries_not_stored_total"), "0", "nobody knows that it is lost");

  other.exec("ROLLBACK");
  other.close();
  await eventually("it is delivered", () => target.received.has("late"));
  await eventually(
    "it is told",
    () => logged("deliveries stored after their callback was answered"),
  );
  assertEquals(await metric("deliveries_stored_late_total"), "1");
  assertEquals(await metric("deliveries_not_stored_total"), "0");
  assertEquals(logged('"message":"deliveries not stored"'), false);
});
