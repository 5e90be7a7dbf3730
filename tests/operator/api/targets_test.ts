import { assertEquals } from "@std/assert";
import type { TargetStatus } from "../../../src/delivery/target_status.ts";
import { now, serveOperator } from "./operator_server.ts";

const facts = { name: "analytics", url: "http://a.example/***", timeout: 3000, concurrency: 8 };

const well: TargetStatus = {
  ...{ target: "analytics", disabled: undefined, breaker: "closed" },
  ...{ leftAlone: 0, lastError: undefined, underWay: 2 },
};

/** A server whose courier says this of its one target. */
const withStatus = (targetStatus: TargetStatus) =>
  serveOperator({ targetStatuses: () => Promise.resolve([targetStatus]) });

Deno.test("targets are shown with what waits for them, those of old deliveries as well", async () => {
  await using server = serveOperator({
    outbox: () =>
      Promise.resolve([
        { target: "analytics", waiting: 2, dead: 1, oldest: now - 5000 },
        { target: "gone", waiting: 0, dead: 3, oldest: undefined },
      ]),
    targetStatuses: () => Promise.resolve([well]),
  });
  assertEquals((await server.get("/api/targets")).body, [
    {
      ...{ ...facts, inRules: true, state: "enabled", breaker: "closed", underWay: 2 },
      ...{ waiting: 2, dead: 1, oldest: new Date(now - 5000).toISOString(), oldestAge: 5000 },
    },
    { name: "gone", inRules: false, waiting: 0, dead: 3 },
  ]);
});

Deno.test("a disabled target is shown with the reason", async () => {
  const reason = "the target answered with status 410";
  await using server = withStatus({
    ...{ ...well, disabled: reason, lastError: reason },
    ...{ leftAlone: Infinity, breaker: undefined, underWay: 0 },
  });
  assertEquals((await server.get("/api/targets")).body, [{
    ...{ ...facts, inRules: true, state: "disabled", reason, lastError: reason, underWay: 0 },
    ...{ waiting: 0, dead: 0 },
  }]);
});

Deno.test("a target that fails is shown with how long it is left alone", async () => {
  await using server = withStatus({
    ...{ ...well, breaker: "open", leftAlone: 1234.5, lastError: "no answer" },
  });
  const { body: [target] } = await server.get("/api/targets");
  const { state, breaker, leftAlone, lastError } = target;
  assertEquals([state, breaker, leftAlone, lastError], ["enabled", "open", 1235, "no answer"]);
});

Deno.test("an outbox or a courier that does not answer is said", async () => {
  const busy = () => Promise.reject(new Error("busy"));
  for (const parts of [{ outbox: busy }, { targetStatuses: busy }]) {
    await using server = serveOperator(parts);
    assertEquals(await server.get("/api/targets"), {
      status: 503,
      body: { error: "the outbox or the courier does not answer" },
    });
  }
});

Deno.test("a target is resumed, and it is said whether there was anything to take back", async () => {
  const disabled = new Set(["analytics"]);
  await using server = serveOperator({
    resume: (name) => Promise.resolve(name === "gone" ? undefined : disabled.delete(name)),
  });
  const resume = (name: string) => server.get(`/api/targets/${name}/resume`, { method: "POST" });
  assertEquals(await resume("analytics"), {
    status: 200,
    body: { name: "analytics", resumed: true },
  });
  assertEquals((await resume("analytics")).body.resumed, false);
  assertEquals((await resume("gone")).status, 404);
  assertEquals((await server.get("/api/targets/analytics/resume")).status, 404, "not by looking");
});

Deno.test("a courier that cannot be asked to resume is said", async () => {
  await using server = serveOperator({
    resume: () => Promise.reject(new Error("the courier thread ended")),
  });
  assertEquals(await server.get("/api/targets/a/resume", { method: "POST" }), {
    status: 503,
    body: { error: "the courier thread ended" },
  });
});
