import { assertEquals } from "@std/assert";
import { ClockJumps } from "../../src/stores/clock_jumps.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A clock that is watched, and what was told of it. */
function watched(fails = 0) {
  const clock = new FakeClock();
  const told: number[] = [];
  const jumps = new ClockJumps(clock, (by) => {
    if (fails-- > 0) throw new Error("the disk is full");
    told.push(by);
  });
  return { clock, told, jumps, [Symbol.dispose]: () => jumps[Symbol.dispose]() };
}

for (const by of [3_600_000, -3_600_000, 1000, -1000]) {
  Deno.test(`a clock that is set by ${by} ms is told within a second, and once`, () => {
    using watch = watched();
    watch.clock.jump(watch.clock.now() + by);
    watch.clock.advance(5000);
    assertEquals(watch.told, [by]);
  });
}

Deno.test("a clock that goes on as it should is nothing to tell", () => {
  using watch = watched();
  watch.clock.advance(3_600_000);
  watch.clock.stall(60_000);
  assertEquals(watch.told, []);
});

Deno.test("less than a second is drift, until it adds up", () => {
  using watch = watched();
  for (let time = 0; time < 2; time++) {
    watch.clock.jump(watch.clock.now() + 600);
    watch.clock.advance(1000);
  }
  assertEquals(watch.told, [1200]);
});

Deno.test("whoever looks before a time is written down is told at once", () => {
  using watch = watched();
  watch.clock.jump(0);
  watch.jumps.look();
  watch.jumps.look();
  assertEquals(watch.told.length, 1);
});

Deno.test("what could not be moved is told again", () => {
  using watch = watched(1);
  watch.clock.jump(watch.clock.now() + 5000);
  watch.jumps.look();
  watch.jumps.look();
  assertEquals(watch.told, [5000]);
});
