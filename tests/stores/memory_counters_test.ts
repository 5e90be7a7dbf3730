import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CounterConflict, type CounterWindow } from "../../src/chain/counters.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";

const start = 1_754_300_000_000;
const minute: CounterWindow = { label: "1m", milliseconds: 60_000 };
const hour: CounterWindow = { label: "1h", milliseconds: 3_600_000 };
/** A window is cut into so many slots. */
const slots = 16;

const aCounter = (windows: readonly CounterWindow[] = [minute], maxKeys = 100) =>
  new MemoryCounters(maxKeys).open("reads", windows);

interface Event {
  readonly time: number;
  readonly amount: number;
}

/** What happened in the stretch of time that ends at `now`. */
function exactTotal(events: readonly Event[], now: number, from: number): number {
  return events
    .filter(({ time }) => time > from && time <= now)
    .reduce((sum, { amount }) => sum + amount, 0);
}

Deno.test("a first amount is the whole total", () => {
  assertEquals(aCounter().add("u1", 3, start), [3]);
});

Deno.test("amounts within a window add up", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  assertEquals(counter.add("u1", 4, start + 30_000), [7]);
});

Deno.test("every window has its own total, in the order of the windows", () => {
  const counter = aCounter([minute, hour]);
  counter.add("u1", 3, start);
  assertEquals(counter.add("u1", 4, start + 600_000), [4, 7]);
});

Deno.test("every key has its own total", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  assertEquals(counter.add("u2", 4, start), [4]);
});

Deno.test("an amount of 0 tells the total and does not change it", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  assertEquals(counter.add("u1", 0, start + 1), [3]);
  assertEquals(counter.add("u1", 0, start + 2), [3]);
});

Deno.test("an amount of 0 for a new key is a total of 0", () => {
  assertEquals(aCounter([minute, hour]).add("u1", 0, start), [0, 0]);
});

Deno.test("what happened longer ago than a window and a slot is forgotten", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  const past = start + minute.milliseconds + minute.milliseconds / slots;
  assertEquals(counter.add("u1", 0, past), [0]);
});

Deno.test("a pause of many windows leaves nothing behind", () => {
  const counter = aCounter();
  for (let second = 0; second < 120; second++) counter.add("u1", 1, start + second * 1000);
  assertEquals(counter.add("u1", 1, start + 100 * minute.milliseconds), [1]);
});

Deno.test("the oldest slot fades instead of falling off at once", () => {
  const counter = aCounter([{ label: "16s", milliseconds: 16_000 }]);
  const second = Math.ceil(start / 1000) * 1000;
  counter.add("u1", 100, second);
  const totals = [0, 250, 500, 750].map((part) => counter.add("u1", 0, second + 16_000 + part)[0]);
  assertEquals(totals, [100, 75, 50, 25]);
});

Deno.test("totals are within one slot's events of an exact count", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    amount: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const counter = aCounter([minute]);
    const events: Event[] = [];
    const slot = minute.milliseconds / slots;
    let now = start;
    for (const { wait, amount } of steps) {
      now += wait;
      events.push({ time: now, amount });
      const [total] = counter.add("u1", amount, now);
      const from = now - minute.milliseconds;
      const least = exactTotal(events, now, from + slot);
      const most = exactTotal(events, now, from - slot);
      assert(least <= total! && total! <= most, `${total} is not in ${least} to ${most}`);
    }
  }));
});

Deno.test("steady events are counted to within a sixteenth", () => {
  const counter = aCounter();
  let total = 0;
  for (let second = 0; second < 600; second++) {
    total = counter.add("u1", 1, start + second * 1000)[0]!;
    if (second < 60) continue;
    assert(Math.abs(total - 60) <= 60 / slots, `${total} after ${second} s`);
  }
});

Deno.test("totals are whole numbers", () => {
  const counter = aCounter();
  for (let time = start; time < start + 200_000; time += 777) {
    const [total] = counter.add("u1", 1, time);
    assert(Number.isInteger(total));
  }
});

Deno.test("a window shorter than its slots' number of milliseconds is counted too", () => {
  const counter = aCounter([{ label: "10ms", milliseconds: 10 }]);
  counter.add("u1", 2, start);
  assertEquals(counter.add("u1", 1, start + 5), [3]);
  assertEquals(counter.add("u1", 1, start + 50), [1]);
});

Deno.test("counters of one name share their counts", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, start);
  assertEquals(counters.open("reads", [minute]).add("u1", 1, start), [4]);
});

Deno.test("counters of different names do not", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, start);
  assertEquals(counters.open("sends", [minute]).add("u1", 1, start), [1]);
});

for (
  const [what, windows] of [
    ["another window", [hour]],
    ["fewer windows", []],
    ["more windows", [minute, hour]],
    ["the windows in another order", [hour, minute]],
  ] as const
) {
  Deno.test(`a name that is counted already conflicts with ${what}`, () => {
    const counters = new MemoryCounters(100);
    const taken = what === "the windows in another order" ? [minute, hour] : [minute];
    counters.open("reads", taken);
    const error = assertThrows(() => counters.open("reads", windows), CounterConflict);
    assert(error.message.includes('"reads"') && error.message.includes('"1m"'));
  });
}

Deno.test("windows of the same length do not conflict, however they are written", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, start);
  const other = counters.open("reads", [{ label: "60s", milliseconds: 60_000 }]);
  assertEquals(other.add("u1", 1, start), [4]);
});

/** How many of the keys are still known. */
function known(counter: ReturnType<typeof aCounter>, keys: readonly string[]): number {
  return keys.filter((key) => counter.add(key, 0, start)[0] !== 0).length;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

Deno.test("no more keys are kept than allowed, and at least the latest half of them", () => {
  const counter = aCounter([minute], 10);
  const keys = names(100);
  for (const key of keys) counter.add(key, 1, start);
  // from the latest on, so that looking does not push out what is looked for next
  const kept = known(counter, keys.toReversed());
  assert(kept >= 5 && kept <= 10, `${kept} of 10`);
});

Deno.test("the keys that are idle longest are forgotten first", () => {
  const counter = aCounter([minute], 10);
  counter.add("busy", 1, start);
  for (const key of names(100)) {
    counter.add(key, 1, start);
    counter.add("busy", 1, start);
  }
  assertEquals(counter.add("busy", 0, start), [101]);
});

Deno.test("a key that was idle while many others came starts again at 0", () => {
  const counter = aCounter([minute], 10);
  counter.add("idle", 5, start);
  for (const key of names(10)) counter.add(key, 1, start);
  assertEquals(counter.add("idle", 1, start), [1]);
});

Deno.test("the bound on keys is each counter's own", () => {
  const counters = new MemoryCounters(10);
  const quiet = counters.open("quiet", [minute]);
  quiet.add("u1", 5, start);
  const busy = counters.open("busy", [minute]);
  for (const key of names(100)) busy.add(key, 1, start);
  assertEquals(quiet.add("u1", 0, start), [5]);
});

Deno.test("a key with an object's own name is a key like any other", () => {
  const counter = aCounter();
  counter.add("__proto__", 2, start);
  assertEquals([counter.add("__proto__", 1, start), counter.add("constructor", 1, start)], [
    [3],
    [1],
  ]);
});
