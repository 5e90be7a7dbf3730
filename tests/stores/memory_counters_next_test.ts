import { assertEquals, assertThrows } from "@std/assert";
import { CounterConflict, type CounterWindow } from "../../src/chain/counters.ts";
import { MemoryCounters } from "../../src/stores/memory_counters.ts";

const now = 1_754_300_000_000;
const minute: CounterWindow = { label: "1m", milliseconds: 60_000 };
const hour: CounterWindow = { label: "1h", milliseconds: 3_600_000 };

Deno.test("a counter of the same name and windows goes on with its counts", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, now);
  const next = counters.next(100);
  const counter = next.open("reads", [{ label: "60s", milliseconds: 60_000 }]);
  assertEquals(next.adopt(), []);
  assertEquals(counter.add("u1", 1, now), [4]);
});

Deno.test("a counter over other windows starts from nothing, and is named", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, now);
  const next = counters.next(100);
  const counter = next.open("reads", [minute, hour]);
  assertEquals(next.adopt(), ["reads"]);
  assertEquals(counter.add("u1", 1, now), [1, 1]);
});

Deno.test("one file cannot count one name over two sets of windows", () => {
  const next = new MemoryCounters(100).next(100);
  next.open("reads", [minute]);
  assertThrows(() => next.open("reads", [hour]), CounterConflict);
});

Deno.test("counters that are not adopted change nothing", () => {
  const counters = new MemoryCounters(100);
  const counter = counters.open("reads", [minute]);
  counter.add("u1", 3, now);
  counters.next(1).open("reads", [hour]).add("u1", 5, now);
  assertEquals(counters.open("reads", [minute]).add("u1", 1, now), [4]);
});

Deno.test("what still counts with a counter that was replaced counts apart", () => {
  const counters = new MemoryCounters(100);
  const before = counters.open("reads", [minute]);
  before.add("u1", 3, now);
  const next = counters.next(100);
  const after = next.open("reads", [hour]);
  next.adopt();
  assertEquals(before.add("u1", 1, now), [4]);
  assertEquals(after.add("u1", 1, now), [1]);
});

Deno.test("a counter that a file leaves out starts from nothing when it comes back", () => {
  const counters = new MemoryCounters(100);
  counters.open("reads", [minute]).add("u1", 3, now);
  counters.next(100).adopt();
  const back = counters.next(100);
  assertEquals(back.open("reads", [minute]).add("u1", 1, now), [1]);
  assertEquals(back.adopt(), [], "there was none to restart");
});

Deno.test("counters that go on take the new bound", () => {
  const counters = new MemoryCounters(100);
  const counter = counters.open("reads", [minute]);
  for (const key of ["u1", "u2", "u3", "u4"]) counter.add(key, 1, now);
  const next = counters.next(2);
  next.open("reads", [minute]);
  next.adopt();
  assertEquals(counter.add("u4", 1, now), [2], "the latest is kept");
  assertEquals(counter.add("u1", 1, now), [1], "the idlest is forgotten");
});
