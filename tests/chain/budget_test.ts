import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { Budget, BudgetError } from "../../src/chain/budget.ts";
import { FakeClock } from "../support/fake_clock.ts";

function aBudget(total = 100) {
  const clock = new FakeClock();
  return { clock, budget: new Budget(total, clock) };
}

const never = () => new Promise<never>(() => {});

Deno.test("a fresh budget has all its time", () => {
  const { budget } = aBudget(100);
  assertEquals([budget.remaining, budget.spent], [100, false]);
});

Deno.test("time that passes is taken from the budget", () => {
  const { clock, budget } = aBudget(100);
  clock.advance(30);
  assertEquals(budget.remaining, 70);
});

Deno.test("a budget is spent at the very millisecond of its end", () => {
  const { clock, budget } = aBudget(100);
  clock.advance(99);
  assertEquals(budget.spent, false);
  clock.advance(1);
  assertEquals(budget.spent, true);
});

Deno.test("an overdrawn budget has 0 left, not less", () => {
  const { clock, budget } = aBudget(100);
  clock.advance(500);
  assertEquals(budget.remaining, 0);
});

Deno.test("a budget of nothing is spent from the start", () => {
  const { budget } = aBudget(0);
  assertEquals([budget.spent, budget.signal.aborted], [true, true]);
});

Deno.test("no timer is set until someone asks for the signal", () => {
  const { clock, budget } = aBudget();
  assertEquals([budget.remaining, clock.timers], [100, 0]);
});

Deno.test("the signal is one and the same, with one timer", () => {
  const { clock, budget } = aBudget();
  assertStrictEquals(budget.signal, budget.signal);
  assertEquals(clock.timers, 1);
});

Deno.test("the signal aborts when the time is up and not before", () => {
  const { clock, budget } = aBudget(100);
  const { signal } = budget;
  clock.advance(99);
  assertEquals(signal.aborted, false);
  clock.advance(1);
  assertEquals(signal.aborted, true);
});

Deno.test("a signal that is asked for late aborts at the budget's end all the same", () => {
  const { clock, budget } = aBudget(100);
  clock.advance(60);
  const { signal } = budget;
  clock.advance(40);
  assertEquals(signal.aborted, true);
});

Deno.test("a signal that is asked for after the end has aborted and sets no timer", () => {
  const { clock, budget } = aBudget(100);
  clock.advance(100);
  assertEquals([budget.signal.aborted, clock.timers], [true, 0]);
});

Deno.test("the signal's reason is a BudgetError that says how much there was", () => {
  const { clock, budget } = aBudget(100);
  const { signal } = budget;
  clock.advance(100);
  assertInstanceOf(signal.reason, BudgetError);
  assertEquals(signal.reason.budget, 100);
});

Deno.test("a promise that resolves in time wins the race", async () => {
  assertEquals(await aBudget().budget.race(Promise.resolve("done")), "done");
});

Deno.test("a promise that rejects in time rejects with its own reason", async () => {
  const { budget } = aBudget();
  await assertRejects(() => budget.race(Promise.reject(new TypeError("gone"))), TypeError, "gone");
});

Deno.test("a promise that hangs loses the race at the budget's end", async () => {
  const { clock, budget } = aBudget(100);
  const race = budget.race(never());
  clock.advance(100);
  await assertRejects(() => race, BudgetError);
});

Deno.test("a race after the budget's end is lost at once", async () => {
  const { clock, budget } = aBudget(100);
  clock.advance(100);
  await assertRejects(() => budget.race(never()), BudgetError);
});

Deno.test("several races end together", async () => {
  const { clock, budget } = aBudget(100);
  const races = Promise.allSettled([budget.race(never()), budget.race(never())]);
  clock.advance(100);
  assertEquals((await races).map(({ status }) => status), ["rejected", "rejected"]);
});

Deno.test("a rejection after the race is lost stays silent", async () => {
  const { clock, budget } = aBudget(100);
  const late = Promise.withResolvers<never>();
  const race = budget.race(late.promise);
  clock.advance(100);
  await assertRejects(() => race, BudgetError);
  late.reject(new Error("late"));
  // an unhandled rejection would fail the test run by the next turn
  await new Promise((turn) => setTimeout(turn, 0));
});

Deno.test("the end of a budget stops its timer", () => {
  const { clock, budget } = aBudget(100);
  const { signal } = budget;
  budget.end();
  clock.advance(200);
  assertEquals([clock.timers, signal.aborted], [0, false]);
});

Deno.test("a budget may end twice, and without a timer", () => {
  const { clock, budget } = aBudget();
  budget.end();
  budget.end();
  assertEquals(clock.timers, 0);
});

Deno.test("a budget's error says how much there was", () => {
  const { budget } = aBudget(250);
  assertEquals([budget.error().name, budget.error().budget], ["BudgetError", 250]);
});

Deno.test("an ended budget sets no timer for who asks for its signal", () => {
  const { clock, budget } = aBudget();
  budget.end();
  assertEquals([budget.signal.aborted, clock.timers], [false, 0]);
});

Deno.test("an ended budget sets no timer for who waits", () => {
  const { clock, budget } = aBudget();
  budget.end();
  void budget.race(never());
  assertEquals(clock.timers, 0);
});

Deno.test("an ended budget sets no second timer for who waits after a first", () => {
  const { clock, budget } = aBudget();
  void budget.race(never());
  budget.end();
  void budget.race(never());
  assertEquals(clock.timers, 0);
});
