import { assertEquals, assertInstanceOf } from "@std/assert";
import { BudgetError } from "../../src/chain/budget.ts";
import { failedRuleCode } from "../../src/chain/combine.ts";
import { override, pass, refuse } from "../../src/chain/outcome.ts";
import { plainContinue } from "../../src/openim/verdict.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery, aLink, hanging, noting, run, saying, sayingLater, start } from "./links.ts";

const budget = 100;

/** A link that takes so long and waits for no one, as a busy computation does. */
const taking = (milliseconds: number, clock: FakeClock) =>
  aLink("busy", () => {
    clock.advance(milliseconds);
    return pass();
  });

Deno.test("a rule that hangs fails at the budget's end, and the chat goes on", async () => {
  const clock = new FakeClock();
  const result = start([hanging().link], { clock, budget });
  clock.advance(budget);
  const { verdict, failures } = await result;
  assertEquals(verdict, plainContinue);
  assertEquals(failures.map(({ name }) => name), ["hanging"]);
  assertInstanceOf(failures[0]?.error, BudgetError);
});

Deno.test("a rule that hangs refuses under onError refuse", async () => {
  const clock = new FakeClock();
  const result = start([hanging().link], { clock, budget, onError: "refuse" });
  clock.advance(budget);
  const { verdict } = await result;
  assertEquals(verdict.kind === "refuse" && verdict.code, failedRuleCode);
});

Deno.test("a rule that answers within the budget does not fail", async () => {
  const clock = new FakeClock();
  const { link, late } = hanging();
  const result = start([link], { clock, budget });
  clock.advance(budget - 1);
  late.resolve(override({ ex: "x" }));
  const { verdict, failures } = await result;
  assertEquals([verdict, failures], [{ kind: "continue", overrides: { ex: "x" } }, []]);
});

Deno.test("the budget is the chain's: what one rule takes, the next one lacks", async () => {
  const clock = new FakeClock();
  const { link } = hanging();
  const result = start([taking(60, clock), link], { clock, budget });
  clock.advance(40);
  assertEquals((await result).failures.map(({ name }) => name), ["hanging"]);
});

Deno.test("links after the budget's end fail without running", async () => {
  const clock = new FakeClock();
  const ran: string[] = [];
  const { failures } = await start([taking(budget, clock), noting("late", ran)], { clock, budget });
  assertEquals(failures.map(({ name }) => name), ["late"]);
  assertEquals(ran, []);
});

Deno.test("a link with a false condition does not fail after the budget's end", async () => {
  const clock = new FakeClock();
  const links = [taking(budget, clock), noting("late", [], { when: () => false })];
  assertEquals((await start(links, { clock, budget })).failures, []);
});

Deno.test("what was said before the budget's end still counts", async () => {
  const clock = new FakeClock();
  const links = [saying(override({ ex: "x" })), taking(budget, clock), saying(pass())];
  assertEquals((await start(links, { clock, budget })).verdict, {
    kind: "continue",
    overrides: { ex: "x" },
  });
});

Deno.test("the signal reaches every rule and aborts at the budget's end", async () => {
  const clock = new FakeClock();
  const signals: AbortSignal[] = [];
  const watching = (name: string) =>
    aLink(name, (_callback, { signal }) => {
      signals.push(signal);
      return pass();
    });
  const result = start([watching("a"), watching("b"), hanging().link], { clock, budget });
  assertEquals(signals.map(({ aborted }) => aborted), [false, false]);
  clock.advance(budget);
  await result;
  assertEquals(signals.map(({ aborted }) => aborted), [true, true]);
});

Deno.test("a rule that heeds the signal fails with the reason it got", async () => {
  const clock = new FakeClock();
  const heeding = aLink("heeding", (_callback, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }));
  const result = start([heeding], { clock, budget });
  clock.advance(budget);
  assertInstanceOf((await result).failures[0]?.error, BudgetError);
});

for (
  const [what, outcome] of Object.entries({
    refusal: refuse(5001, "too late"),
    override: override({ ex: "late" }),
  })
) {
  Deno.test(`a late ${what} is ignored`, async () => {
    const clock = new FakeClock();
    const { link, late } = hanging();
    const pending = start([link], { clock, budget });
    clock.advance(budget);
    const result = await pending;
    late.resolve(outcome);
    await late.promise;
    assertEquals(result.verdict, plainContinue);
    assertEquals(result.failures.length, 1);
  });
}

Deno.test("a late rejection does no harm", async () => {
  const clock = new FakeClock();
  const { link, late } = hanging();
  const pending = start([link], { clock, budget });
  clock.advance(budget);
  const result = await pending;
  late.reject(new Error("late"));
  await late.promise.catch(() => {});
  assertEquals(result.failures.map(({ error }) => error.name), ["BudgetError"]);
});

Deno.test("a rule that was given up reads no trace of a callback that is answered", async () => {
  const clock = new FakeClock();
  const slow = hanging();
  const traceContext = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
  const pending = start([slow.link], { clock, budget, traceContext: () => traceContext });
  assertEquals(slow.scope.traceContext, traceContext);
  clock.advance(budget);
  await pending;
  assertEquals(slow.scope.traceContext, undefined);
});

Deno.test("a late deliver() after a chain without deliveries adds none", async () => {
  const clock = new FakeClock();
  const slow = hanging();
  const pending = start([slow.link], { clock, budget });
  clock.advance(budget);
  const result = await pending;
  slow.scope.deliver(aDelivery("late"));
  assertEquals(result.deliveries, []);
});

Deno.test("a late deliver() does not reach the next callback's deliveries", async () => {
  const clock = new FakeClock();
  const slow = hanging();
  const pending = start([slow.link], { clock, budget });
  clock.advance(budget);
  await pending;
  slow.scope.deliver(aDelivery("late"));
  assertEquals(run([saying(pass())]).deliveries, []);
});

Deno.test("deliveries from before the budget's end are kept", async () => {
  const clock = new FakeClock();
  const forward = aLink("forward", (_callback, scope) => {
    scope.deliver(aDelivery("d1"));
    return pass();
  });
  const pending = start([forward, hanging().link], { clock, budget });
  clock.advance(budget);
  assertEquals((await pending).deliveries.map(({ id }) => id), ["d1"]);
});

Deno.test("a chain that waits for nothing sets no timer", () => {
  const clock = new FakeClock();
  run([saying(pass()), saying(override({ ex: "x" }))], { clock, budget });
  assertEquals(clock.timers, 0);
});

Deno.test("a chain that waits sets one timer, however many links wait", async () => {
  const clock = new FakeClock();
  await start([sayingLater(pass()), sayingLater(pass())], { clock, budget });
  assertEquals(clock.timers, 1);
});

Deno.test("a late deliver() does not make the deliveries grow that were handed out", async () => {
  const clock = new FakeClock();
  const forward = aLink("forward", (_callback, scope) => {
    scope.deliver(aDelivery("d1"));
    return pass();
  });
  const slow = hanging();
  const pending = start([forward, slow.link], { clock, budget });
  clock.advance(budget);
  const { deliveries } = await pending;
  slow.scope.deliver(aDelivery("late"));
  assertEquals(deliveries.map(({ id }) => id), ["d1"]);
});

Deno.test("a late output() is ignored", async () => {
  const clock = new FakeClock();
  const slow = hanging();
  const pending = start([slow.link], { clock, budget });
  clock.advance(budget);
  await pending;
  slow.scope.output("counts", "late", 1);
  assertEquals(slow.scope.outputs.counts, undefined);
});
