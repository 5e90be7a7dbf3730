import { assertEquals } from "@std/assert";
import { CpuPressure } from "../../src/delivery/cpu_pressure.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A process that takes so much of the time of one processor from now on. */
function busy(processors: number) {
  const clock = new FakeClock();
  let taken = 0;
  const pressure = new CpuPressure({ clock, processors, cpuTime: () => taken });
  return {
    pressure,
    run(milliseconds: number, share: number): void {
      clock.advance(milliseconds);
      taken += milliseconds * share;
    },
  };
}

/** Whether the pressure is high where a process takes a share of one processor's time. */
function highAt(processors: number, share: number): boolean {
  const { pressure, run } = busy(processors);
  run(100, share);
  return pressure.high;
}

Deno.test("a process that has just begun is not under pressure", () => {
  assertEquals(busy(2).pressure.high, false);
});

for (
  const [processors, least] of [[1, 0.5], [2, 0.5], [3, 1.5], [4, 2.5], [8, 6.5]] as const
) {
  Deno.test(`with ${processors} processors the pressure is high above ${least} of one`, () => {
    assertEquals(highAt(processors, least - 0.1), false);
    assertEquals(highAt(processors, least + 0.1), true);
  });
}

Deno.test("pressure ends as the process has less to do", () => {
  const { pressure, run } = busy(2);
  run(20, 1.5);
  assertEquals(pressure.high, true);
  run(20, 0.3);
  assertEquals(pressure.high, false);
});

Deno.test("what it was before it was asked last does not count", () => {
  const { pressure, run } = busy(2);
  run(1000, 2);
  assertEquals(pressure.high, true);
  run(20, 0.1);
  assertEquals(pressure.high, false);
});

Deno.test("moments are too short to tell anything", () => {
  const { pressure, run } = busy(2);
  run(5, 2);
  assertEquals(pressure.high, false);
  run(15, 2);
  assertEquals(pressure.high, true);
  run(5, 0);
  assertEquals(pressure.high, true);
});
