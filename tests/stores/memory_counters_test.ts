import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CounterConflict, type CounterWindow } from "../../src/chain/counters.ts";
import { MemoryCounter } from "../../src/stores/memory_counter.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";

const start = 1_754_300_000_000;
const minute: CounterWindow = { label: "1m", milliseconds: 60_000 };
const hour: CounterWindow = { label: "1h", milliseconds: 3_600_000 };
/** Beyond this many times of a key its totals look back a 256th of the window too far. */
const exactly = 1000;

const aCounter = (windows: readonly CounterWindow[] = [minute], maxKeys = 100) =>
  new MemoryCounter(windows, maxKeys);

interface Event {
  readonly time: number;
  readonly amount: number;
}

/** Numbers from 0 to 1 that are the same in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
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

Deno.test("an event counts until it is as old as the window, to the millisecond", () => {
  const counter = aCounter([minute, hour]);
  counter.add("u1", 3, start);
  assertEquals(counter.add("u1", 0, start + 59_999), [3, 3]);
  assertEquals(counter.add("u1", 0, start + 60_000), [0, 3]);
  assertEquals(counter.add("u1", 0, start + 3_599_999), [0, 3]);
  assertEquals(counter.add("u1", 0, start + 3_600_000), [0, 0]);
});

Deno.test("a pause of many windows leaves nothing behind", () => {
  const counter = aCounter();
  for (let second = 0; second < 120; second++) counter.add("u1", 1, start + second * 1000);
  assertEquals(counter.add("u1", 1, start + 100 * minute.milliseconds), [1]);
});

const step = fc.record({
  wait: fc.integer({ min: 0, max: 20_000 }),
  amount: fc.integer({ min: 0, max: 9 }),
});

Deno.test("totals are exact, whatever the times and amounts", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const counter = aCounter([minute, hour]);
    const events: Event[] = [];
    let now = start;
    for (const { wait, amount } of steps) {
      now += wait;
      events.push({ time: now, amount });
      assertEquals(
        counter.add("u1", amount, now),
        [minute, hour].map(({ milliseconds }) => exactTotal(events, now, now - milliseconds)),
      );
    }
  }));
});

Deno.test("a thousand events in the window are counted exactly", () => {
  const counter = aCounter([hour]);
  for (let index = 0; index < exactly; index++) counter.add("u1", 1, start + index * 3600);
  for (const gone of [0, 1, 2, 500, 999]) {
    const passed = hour.milliseconds + gone * 3600;
    assertEquals(counter.add("u1", 0, start + passed - 1), [exactly - gone]);
    assertEquals(counter.add("u1", 0, start + passed), [exactly - gone - 1]);
  }
});

for (const windows of [[minute], [hour, minute], [{ label: "1d", milliseconds: 86_400_000 }]]) {
  const labels = windows.map(({ label }) => label).join(" and ");
  Deno.test(`of more events, ${labels} looks back at most a 256th too far`, () => {
    const random = mulberry(7);
    const counter = aCounter(windows);
    const events: Event[] = [];
    let now = start;
    for (let index = 0; index < 30_000; index++) {
      // bursts and pauses
      now += Math.floor(random() ** 8 * 3000);
      const amount = 1 + index % 3;
      events.push({ time: now, amount });
      const totals = counter.add("u1", amount, now);
      if (index % 97 !== 0) continue;
      for (const [place, { milliseconds }] of windows.entries()) {
        const least = exactTotal(events, now, now - milliseconds);
        const most = exactTotal(events, now, now - milliseconds * (1 + 1 / 256));
        const total = totals[place]!;
        assert(least <= total && total <= most, `${total} is not in ${least} to ${most}`);
      }
    }
  });
}

Deno.test("after a rush totals are exact again once it is out of the window", () => {
  const counter = aCounter();
  for (let index = 0; index < 5000; index++) counter.add("u1", 1, start + index);
  const later = start + 5000 + 2 * minute.milliseconds;
  counter.add("u1", 1, later);
  counter.add("u1", 1, later + 1);
  assertEquals(counter.add("u1", 0, later + 59_999), [2]);
  assertEquals(counter.add("u1", 0, later + 60_000), [1]);
});

Deno.test("what many keys hold together is bounded, and no total is too low", () => {
  const counter = aCounter([hour], 4000);
  const keys = names(1100);
  // more than a million times, at which each key would hold a thousand
  for (let round = 0; round < 1000; round++) {
    for (const key of keys) counter.add(key, 1, start + round * 2000);
  }
  assertEquals(counter.add("u0", 0, start + 999 * 2000), [1000]);
  assert(counter.times <= 1_000_000 + 1100 * 33, `${counter.times} times are held`);
});

Deno.test("keys that nobody uses any more leave their room to others", () => {
  const counter = aCounter([minute], 4000);
  const idle = names(1001);
  for (let round = 0; round < 1000; round++) {
    for (const key of idle) counter.add(key, 1, start + round);
  }
  const later = start + hour.milliseconds;
  for (let round = 0; round < exactly; round++) counter.add("busy", 1, later + round * 50);
  assertEquals(counter.add("busy", 0, later + minute.milliseconds - 1), [1000]);
  assertEquals(counter.add("busy", 0, later + minute.milliseconds), [999]);
  assert(counter.times <= 1_000_000, `${counter.times} times are held`);
});

Deno.test("totals stay whole numbers that JavaScript tells apart", () => {
  const counter = aCounter();
  counter.add("u1", Number.MAX_SAFE_INTEGER, start);
  assertEquals(counter.add("u1", 5, start), [Number.MAX_SAFE_INTEGER]);
  assertEquals(counter.add("u1", 7, start + minute.milliseconds), [7]);
});

Deno.test("totals are whole numbers", () => {
  const counter = aCounter();
  for (let time = start; time < start + 200_000; time += 777) {
    const [total] = counter.add("u1", 1, time);
    assert(Number.isInteger(total));
  }
});

Deno.test("a window of a few milliseconds is counted too", () => {
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
