import { assertEquals } from "@std/assert";
import type { TargetStatus } from "../../src/delivery/target_status.ts";
import { ReadinessCheck, type ReadinessSources } from "../../src/observe/readiness.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A check of a router whose parts are all well but for what a test says. */
function checkOf(sources: Partial<ReadinessSources> = {}) {
  const clock = new FakeClock();
  const check = new ReadinessCheck({
    store: () => Promise.resolve(),
    outbox: () => Promise.resolve([]),
    targetStatuses: () => Promise.resolve([]),
    ...sources,
  }, clock);
  return { check, clock };
}

const well: TargetStatus = {
  ...{ target: "analytics", disabled: undefined, breaker: "closed", leftAlone: 0 },
  ...{ lastError: undefined, underWay: 0 },
};

Deno.test("a router is ready while it runs, and neither before nor after", async () => {
  const { check } = checkOf();
  assertEquals((await check.check()).reasons, ["the router is starting"]);
  check.running();
  assertEquals(await check.check(), { state: "running", reasons: [], warnings: [] });
  check.stopping();
  assertEquals((await check.check()).reasons, ["the router is stopping"]);
});

Deno.test("a store that cannot be written is a warning until it can, and leaves it ready", async () => {
  let full = true;
  const { check } = checkOf({
    store: () => full ? Promise.reject(new Error("database is full")) : Promise.resolve(),
  });
  check.running();
  const warnings = ["the store cannot be written: database is full"];
  assertEquals(await check.check(), { state: "running", reasons: [], warnings });
  full = false;
  assertEquals((await check.check()).warnings, []);
});

Deno.test("dead letters are a warning for each target that has any", async () => {
  const held = { waiting: 7, oldest: undefined };
  const { check } = checkOf({
    outbox: () =>
      Promise.resolve([
        { ...held, target: "a", dead: 5000 },
        { ...held, target: "b", dead: 1 },
        { ...held, target: "c", dead: 0 },
      ]),
  });
  check.running();
  assertEquals((await check.check()).warnings, [
    '5000 deliveries to "a" were given up: see /api/deliveries?status=dead',
    '1 delivery to "b" was given up: see /api/deliveries?status=dead',
  ]);
});

Deno.test("a target with an open breaker and a disabled one are warnings, without their errors", async () => {
  const lastError = "the target answered: s3cret";
  const { check } = checkOf({
    targetStatuses: () =>
      Promise.resolve([
        { ...well, target: "a", breaker: "open", lastError },
        { ...well, target: "b", disabled: lastError, lastError },
        { ...well, target: "c", lastError },
      ]),
  });
  check.running();
  assertEquals((await check.check()).warnings, [
    'the target "a" fails and is left alone (its breaker is open): see /api/targets',
    'the target "b" wants no deliveries and is disabled: see /api/targets',
  ]);
});

Deno.test("a courier that does not answer is a warning", async () => {
  const { check } = checkOf({
    targetStatuses: () => Promise.reject(new Error("its thread ended")),
  });
  check.running();
  assertEquals((await check.check()).warnings, [
    "the courier does not say how targets are: its thread ended",
  ]);
});

Deno.test("a look waits 300 ms for a store that does not answer, and shows what it said last", async () => {
  const said = Promise.withResolvers<void>();
  const { check, clock } = checkOf({ store: () => said.promise });
  check.running();
  const first = check.check();
  clock.advance(300);
  assertEquals((await first).warnings, []);
  said.reject(new Error("locked"));
  assertEquals((await check.check()).warnings, ["the store cannot be written: locked"]);
  assertEquals(clock.timers, 0);
});

Deno.test("a warning is told for as long as it holds, and leaves it ready", async () => {
  const { check, clock } = checkOf();
  check.running();
  check.warn("rules", "refused");
  assertEquals(await check.check(), { state: "running", reasons: [], warnings: ["refused"] });
  check.warn("rules", undefined);
  assertEquals((await check.check()).warnings, []);
  check.warn("lostFile", "lost", 1000);
  clock.advance(999);
  assertEquals(await check.warnings(), [{ about: "lostFile", text: "lost" }]);
  clock.advance(1);
  assertEquals(await check.warnings(), []);
});
