import { assertEquals } from "@std/assert";
import { forwardClock } from "../../src/delivery/forward_clock.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("a clock that is set back goes on from where it was", () => {
  const machine = new FakeClock(1_000_000);
  const clock = forwardClock(machine);
  assertEquals(clock.now(), 1_000_000);
  machine.jump(0);
  machine.advance(500);
  assertEquals(clock.now(), 1_000_500);
});

Deno.test("a clock that is set forward is followed", () => {
  const machine = new FakeClock(1_000_000);
  const clock = forwardClock(machine);
  machine.jump(2_000_000);
  assertEquals(clock.now(), 2_000_000);
});

Deno.test("once the machine's clock has caught up it is the one that counts", () => {
  const machine = new FakeClock(1_000_000);
  const clock = forwardClock(machine);
  clock.now();
  machine.jump(999_000);
  machine.advance(1000);
  assertEquals(clock.now(), 1_001_000);
  machine.jump(1_002_000);
  assertEquals(clock.now(), 1_002_000);
});

Deno.test("the time is in whole milliseconds, and never before the machine's", () => {
  let elapsed = 0.1;
  const clock = forwardClock({
    now: () => 1_754_300_000_000 + Math.floor(elapsed),
    monotonic: () => elapsed,
    after: () => () => {},
  });
  for (; elapsed < 50; elapsed += 0.37) {
    assertEquals(clock.now(), 1_754_300_000_000 + Math.floor(elapsed));
  }
});
