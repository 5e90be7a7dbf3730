import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Bucket } from "../../src/chain/buckets.ts";
import { MemoryBuckets } from "../../src/stores/memory_buckets.ts";

const start = 1_754_300_000_000;
/** 20 in 10 s. */
const twenty: Bucket = { tokens: 1, period: 500, burst: 20 };

/** Takes so many tokens at one time; returns how many there were. */
function taken(buckets: MemoryBuckets, count: number, now: number, bucket = twenty, key = "u1") {
  return Array.from({ length: count }, () => buckets.take(key, bucket, now)).filter(Boolean).length;
}

Deno.test("a new key's bucket is full", () => {
  assertEquals(taken(new MemoryBuckets(10), 50, start), 20);
});

Deno.test("a token comes back in every interval, and none before", () => {
  const buckets = new MemoryBuckets(10);
  taken(buckets, 20, start);
  assertEquals(taken(buckets, 5, start + 499), 0);
  assertEquals(taken(buckets, 5, start + 500), 1);
  assertEquals(taken(buckets, 5, start + 999), 0);
  assertEquals(taken(buckets, 5, start + 2500), 4);
});

Deno.test("a bucket holds no more than its burst, however long it was left alone", () => {
  const buckets = new MemoryBuckets(10);
  taken(buckets, 20, start);
  assertEquals(taken(buckets, 50, start + 86_400_000), 20);
});

Deno.test("a try that gets no token costs nothing", () => {
  const buckets = new MemoryBuckets(10);
  taken(buckets, 1000, start);
  assertEquals(taken(buckets, 5, start + 500), 1);
});

Deno.test("every key has its own bucket", () => {
  const buckets = new MemoryBuckets(10);
  taken(buckets, 20, start);
  assertEquals(taken(buckets, 50, start, twenty, "u2"), 20);
});

Deno.test("a burst larger or smaller than the rate is held to", () => {
  assertEquals(taken(new MemoryBuckets(10), 50, start, { tokens: 1, period: 1000, burst: 1 }), 1);
  assertEquals(taken(new MemoryBuckets(10), 50, start, { tokens: 1, period: 1000, burst: 30 }), 30);
});

Deno.test("intervals that are no whole number give every token of the burst", () => {
  for (const count of [3, 7, 9, 11, 13, 700, 999]) {
    for (const now of [start, start + 1, start + 12_345]) {
      const bucket = { tokens: count, period: 1000, burst: count };
      assertEquals(taken(new MemoryBuckets(10), count + 5, now, bucket), count);
    }
  }
});

Deno.test("no stretch of time has more than a burst and what came back in it", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 3000 }),
    tries: fc.integer({ min: 1, max: 9 }),
  });
  const bucket = fc.record({
    tokens: fc.integer({ min: 1, max: 30 }),
    period: fc.integer({ min: 1, max: 2000 }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(fc.property(bucket, fc.array(step, { maxLength: 40 }), (bucket, steps) => {
    const buckets = new MemoryBuckets(10);
    const grants: number[] = [];
    let now = start;
    for (const { wait, tries } of steps) {
      now += wait;
      for (let n = taken(buckets, tries, now, bucket); n > 0; n--) grants.push(now);
    }
    for (const [index, from] of grants.entries()) {
      const { tokens, period, burst } = bucket;
      const most = (to: number) => burst + Math.floor((to - from) * tokens / period);
      for (let last = index; last < grants.length; last++) {
        assert(last - index + 1 <= most(grants[last]!));
      }
    }
  }));
});

const day = 86_400_000;

for (
  const [rate, bucket, wait] of [
    ["1 a day", { tokens: 1, period: day, burst: 1 }, day],
    ["1 in 30 days", { tokens: 1, period: 30 * day, burst: 1 }, 30 * day],
    ["5 a minute", { tokens: 1, period: 12_000, burst: 5 }, 12_000],
    ["7 a second", { tokens: 7, period: 1000, burst: 7 }, 143],
  ] as const
) {
  Deno.test(`of ${rate} a token comes back at its millisecond and not before`, () => {
    const buckets = new MemoryBuckets(10);
    // however far the clock is
    const from = start + 123_456_789;
    taken(buckets, bucket.burst, from, bucket);
    assertEquals(taken(buckets, 1, from + wait - 1, bucket), 0);
    assertEquals(taken(buckets, 1, from + wait, bucket), 1);
  });
}

Deno.test("no more keys are kept than allowed, and the idlest go first", () => {
  const buckets = new MemoryBuckets(100);
  const names = Array.from({ length: 1000 }, (_, index) => `u${index}`);
  const single = { tokens: 1, period: 1_000_000, burst: 1 };
  for (const name of names) buckets.take(name, single, start);
  // a key that is forgotten has a full bucket; asking makes it known, so the latest are asked first
  const known = names.toReversed().map((name) => !buckets.take(name, single, start));
  const kept = known.filter(Boolean).length;
  assert(kept >= 50 && kept <= 100, `${kept} kept`);
  assert(known.slice(0, 50).every(Boolean));
});
