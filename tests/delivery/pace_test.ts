import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Pace } from "../../src/delivery/pace.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("requests are spread over the second", () => {
  const clock = new FakeClock();
  const pace = new Pace(10, clock);
  const began: number[] = [];
  for (let request = 0; request < 4; request++) {
    clock.advance(pace.wait);
    pace.take();
    began.push(clock.monotonic());
  }
  assertEquals(began, [0, 100, 200, 300]);
});

Deno.test("a rate below one is a request every few seconds", () => {
  const clock = new FakeClock();
  const pace = new Pace(0.5, clock);
  pace.take();
  assertEquals(pace.wait, 2000);
  clock.advance(2000);
  assertEquals(pace.wait, 0);
});

Deno.test("what was not used for long is not made up for", () => {
  const clock = new FakeClock();
  const pace = new Pace(10, clock);
  clock.advance(3_600_000);
  pace.take();
  assertEquals(pace.wait, 100);
});

Deno.test("within any time no more than the rate and its slack are let through, and no fewer", () => {
  const timers = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 50, maxLength: 300 });
  fc.assert(fc.property(fc.integer({ min: 50, max: 900 }), timers, (rate, late) => {
    const clock = new FakeClock();
    const pace = new Pace(rate, clock);
    const began = clock.monotonic();
    let taken = 0;
    for (const delay of late) {
      // a timer that fires late, as those of a busy machine do
      clock.advance(pace.wait + delay);
      for (; pace.wait === 0; taken++) pace.take();
    }
    const allowed = (clock.monotonic() - began) * rate / 1000;
    // the slack of a tenth of a second, before and after
    return taken <= allowed + rate / 10 + 1 && taken >= allowed - 1;
  }));
});
