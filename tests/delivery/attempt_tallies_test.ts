import { assertEquals } from "@std/assert";
import { AttemptTallies, type AttemptTally } from "../../src/delivery/attempt_tallies.ts";
import type { AttemptReport } from "../../src/delivery/courier_context.ts";
import { FakeClock } from "../support/fake_clock.ts";

function report(target: string, result: AttemptReport["result"], duration: number): AttemptReport {
  return { target, result, duration, command: "c", operationID: "o", id: "d", attempt: 1 };
}

Deno.test("attempts of a quarter of a second are told at once, by target and result", () => {
  const clock = new FakeClock();
  const told: (readonly AttemptTally[])[] = [];
  const tallies = new AttemptTallies(clock, (batch) => void told.push(batch));
  tallies.add(report("a", "delivered", 1));
  clock.advance(200);
  tallies.add(report("a", "delivered", 2));
  tallies.add(report("a", "retry", 3));
  tallies.add(report("b", "delivered", 4));
  assertEquals(told, []);
  clock.advance(50);
  assertEquals(told, [[
    { target: "a", result: "delivered", durations: [1, 2] },
    { target: "a", result: "retry", durations: [3] },
    { target: "b", result: "delivered", durations: [4] },
  ]]);
});

Deno.test("what has been told is not told again, and nothing is told of nothing", () => {
  const clock = new FakeClock();
  const told: (readonly AttemptTally[])[] = [];
  const tallies = new AttemptTallies(clock, (batch) => void told.push(batch));
  tallies.add(report("a", "dead", 1));
  clock.advance(1000);
  tallies.add(report("a", "dead", 2));
  clock.advance(1000);
  assertEquals(told.map(([tally]) => tally?.durations), [[1], [2]]);
  assertEquals(clock.timers, 0);
});
