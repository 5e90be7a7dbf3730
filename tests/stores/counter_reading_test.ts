import { assertEquals } from "@std/assert";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";

const windows = [
  { label: "1m", milliseconds: 60_000 },
  { label: "1h", milliseconds: 3_600_000 },
];
const now = 1_754_300_000_000;

/** Counters with one, `reads`, to which so much was added. */
function counted(amounts: Readonly<Record<string, number>>, maxKeys = 1000): MemoryCounters {
  const counters = new MemoryCounters(maxKeys);
  const reads = counters.open("reads", windows);
  for (const [key, amount] of Object.entries(amounts)) reads.add(key, amount, now);
  return counters;
}

Deno.test("a key's totals are read without counting, and fade as they do for rules", () => {
  const counters = counted({ u1: 3 });
  assertEquals(counters.totals("reads", "u1", now), [3, 3]);
  assertEquals(counters.totals("reads", "u1", now), [3, 3]);
  assertEquals(counters.totals("reads", "u1", now + 120_000), [0, 3]);
});

Deno.test("a key or a counter that is not kept has no totals, and is not kept for being asked", () => {
  const counters = counted({ u1: 3 });
  assertEquals(counters.totals("reads", "u2", now), undefined);
  assertEquals(counters.totals("writes", "u1", now), undefined);
  assertEquals(counters.figures(), [{ name: "reads", windows, keys: 1, evictions: 0 }]);
});

Deno.test("keys that were forgotten because there were too many are counted as such", () => {
  const names = Array.from({ length: 100 }, (_, index) => [`u${index}`, 1]);
  const [figures] = counted(Object.fromEntries(names), 10).figures();
  assertEquals(figures!.keys + figures!.evictions, 100);
  assertEquals(figures!.keys <= 10 && figures!.keys >= 5, true, `${figures!.keys} keys`);
});

Deno.test("the top keys are those with the highest totals in the window that is asked for", async () => {
  const counters = counted({ early: 9, quiet: 1 });
  const reads = counters.open("reads", windows);
  const later = now + 120_000;
  reads.add("late", 5, later);
  reads.add("quiet", 1, later);
  const top = (window: number, limit: number) =>
    counters.top("reads", { window, limit, now: later });
  assertEquals(await top(0, 2), [{ key: "late", totals: [5, 5] }, {
    key: "quiet",
    totals: [1, 2],
  }]);
  assertEquals((await top(1, 1)).map(({ key }) => key), ["early"]);
  assertEquals((await top(0, 10)).map(({ key }) => key), ["late", "quiet"], "early has 0 by now");
});

Deno.test("of many keys the top ones are found, and others get their turn meanwhile", async () => {
  const amounts = Array.from({ length: 20_000 }, (_, index) => [`u${index}`, index % 7919 + 1]);
  const counters = counted(Object.fromEntries(amounts), 100_000);
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  const top = await counters.top("reads", { window: 0, limit: 3, now });
  clearInterval(ticking);
  assertEquals(top.map(({ totals }) => totals[0]), [7919, 7919, 7918]);
  assertEquals(turns > 0, true);
});
