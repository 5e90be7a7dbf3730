import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CounterWindow } from "../../src/chain/counters.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";

const start = 1_754_300_000_000;
const second = 1000;
const day = 86_400_000;
const minute: CounterWindow = { label: "1m", milliseconds: 60_000 };
const hour: CounterWindow = { label: "1h", milliseconds: 3_600_000 };
/** A window is cut into so many slots. */
const slots = 16;

const aCounter = (windows: readonly CounterWindow[] = [minute]) =>
  new MemoryCounters(100).open("reads", windows);

Deno.test("a clock that goes back loses nothing and counts on", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  assertEquals(counter.add("u1", 4, start - 10_000), [7]);
  assertEquals(counter.add("u1", 1, start + 1), [8]);
});

Deno.test("what a clock that went back counted is forgotten in time", () => {
  const counter = aCounter();
  counter.add("u1", 3, start);
  counter.add("u1", 4, start - 10_000);
  assertEquals(counter.add("u1", 0, start + 2 * minute.milliseconds), [0]);
});

for (const ahead of [60 * second, day, 10_000 * day]) {
  Deno.test(`a clock that was ${ahead / second} s ahead for once freezes no window`, () => {
    const counter = aCounter();
    counter.add("u1", 1, start + ahead);
    for (let passed = 0; passed < 600; passed++) {
      const [total] = counter.add("u1", 1, start + passed * second);
      if (passed < 70) continue;
      assert(Math.abs(total! - 60) <= 60 / slots, `${total} after ${passed} s`);
    }
  });
}

Deno.test("what was counted before the clock was set back decays over the window", () => {
  const counter = aCounter();
  counter.add("u1", 5, start + day);
  assertEquals(counter.add("u1", 2, start), [7]);
  assertEquals(counter.add("u1", 0, start + 50 * second), [7]);
  assertEquals(counter.add("u1", 0, start + 70 * second), [0]);
});

Deno.test("a clock that is set back shortens no longer window either", () => {
  const counter = aCounter([minute, hour]);
  counter.add("u1", 5, start + day);
  counter.add("u1", 2, start);
  assertEquals(counter.add("u1", 0, start + 600 * second), [0, 7]);
  assertEquals(counter.add("u1", 0, start + 3900 * second), [0, 0]);
});

Deno.test("a key that comes anew after the clock was set back counts like the others", () => {
  const counter = aCounter();
  counter.add("u1", 5, start + day);
  assertEquals(counter.add("u2", 1, start), [1]);
  assertEquals(counter.add("u2", 1, start + 30 * second), [2]);
  assertEquals(counter.add("u2", 1, start + 80 * second), [2]);
});

Deno.test("a callback whose chain took long does not age what came meanwhile", () => {
  const counter = aCounter([{ label: "10s", milliseconds: 10 * second }]);
  counter.add("u1", 5, start + 20 * second);
  counter.add("u1", 1, start);
  assertEquals(counter.add("u1", 0, start + 21 * second), [6]);
});

Deno.test("however the clock is set, a window is empty soon after the last event", () => {
  const step = fc.integer({ min: -2 * day, max: 2 * day });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const counter = aCounter();
    let now = start;
    for (const by of steps) counter.add("u1", 1, now += by);
    // the window, a slot, and the time by which a callback may be late
    for (let passed = 0; passed < 100; passed++) counter.add("u2", 1, now += second);
    assertEquals(counter.add("u1", 0, now), [0]);
  }));
});
