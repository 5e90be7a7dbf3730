import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";

const start = 1_754_300_000_000;
const minute = 60_000;

Deno.test("a key is new the first time and a repeat the second", () => {
  const seen = new MemorySeenKeys(10);
  assertEquals([seen.repeats("m1", minute, start), seen.repeats("m1", minute, start)], [
    false,
    true,
  ]);
});

Deno.test("another key is new", () => {
  const seen = new MemorySeenKeys(10);
  seen.repeats("m1", minute, start);
  assertEquals(seen.repeats("m2", minute, start), false);
});

Deno.test("a key is a repeat until the window is over and then new", () => {
  const seen = new MemorySeenKeys(10);
  seen.repeats("m1", minute, start);
  assertEquals(seen.repeats("m1", minute, start + minute - 1), true);
  assertEquals(seen.repeats("m1", minute, start + minute), false);
});

Deno.test("a key that is new again starts a window of its own", () => {
  const seen = new MemorySeenKeys(10);
  seen.repeats("m1", minute, start);
  seen.repeats("m1", minute, start + minute);
  assertEquals(seen.repeats("m1", minute, start + minute + 1), true);
  assertEquals(seen.repeats("m1", minute, start + 2 * minute), false);
});

Deno.test("repeats do not prolong the window, however many there are", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: minute - 1 })), (offsets) => {
    const seen = new MemorySeenKeys(10);
    seen.repeats("m1", minute, start);
    for (const offset of offsets.toSorted((one, other) => one - other)) {
      assertEquals(seen.repeats("m1", minute, start + offset), true);
    }
    assertEquals(seen.repeats("m1", minute, start + minute), false);
  }));
});

Deno.test("a clock that is set back holds a key no longer than a window", () => {
  const seen = new MemorySeenKeys(10);
  seen.repeats("m1", minute, start);
  const back = start - 3_600_000;
  assertEquals(seen.repeats("m1", minute, back), true);
  assertEquals(seen.repeats("m1", minute, back + minute), false);
});

Deno.test("no more keys are kept than allowed, and at least the latest half of them", () => {
  const seen = new MemorySeenKeys(100);
  const names = Array.from({ length: 1000 }, (_, index) => `m${index}`);
  for (const name of names) seen.repeats(name, minute, start);
  // asking makes a key known, so the latest are asked first
  const known = names.toReversed().map((name) => seen.repeats(name, minute, start + 1));
  const kept = known.filter(Boolean).length;
  assert(kept >= 50 && kept <= 100, `${kept} kept`);
  assert(known.slice(0, 50).every(Boolean));
});
