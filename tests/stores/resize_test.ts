import { assertEquals } from "@std/assert";
import { MemoryBuckets } from "../../src/stores/memory_buckets.ts";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";

const now = 1_754_300_000_000;
const keys = Array.from({ length: 8 }, (_, index) => `u${index}`);
const once = { tokens: 1, period: 60_000, burst: 1 };

Deno.test("buckets keep their levels when their bound grows", () => {
  const buckets = new MemoryBuckets(16);
  for (const key of keys) buckets.take(key, once, now);
  buckets.resize(1000);
  assertEquals(keys.map((key) => buckets.take(key, once, now)), keys.map(() => false));
});

Deno.test("of buckets beyond a lower bound the idlest are forgotten and full again", () => {
  const buckets = new MemoryBuckets(16);
  for (const key of keys) buckets.take(key, once, now);
  buckets.resize(4);
  assertEquals(buckets.take("u7", once, now), false, "the latest is known");
  assertEquals(buckets.take("u0", once, now), true, "the idlest is not");
});

Deno.test("seen keys are still seen when their bound grows", () => {
  const seen = new MemorySeenKeys(16);
  for (const key of keys) seen.repeats(key, 1000, now);
  seen.resize(1000);
  assertEquals(keys.map((key) => seen.repeats(key, 1000, now)), keys.map(() => true));
});

Deno.test("of seen keys beyond a lower bound the oldest are forgotten", () => {
  const seen = new MemorySeenKeys(16);
  for (const key of keys) seen.repeats(key, 1000, now);
  seen.resize(4);
  assertEquals(seen.repeats("u7", 1000, now), true);
  assertEquals(seen.repeats("u0", 1000, now), false);
});
