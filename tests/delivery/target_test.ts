import { assert, assertEquals } from "@std/assert";
import { retryDelay, type RetrySchedule } from "../../src/delivery/target.ts";

const schedule: RetrySchedule = { attempts: 10, first: 1000, factor: 3, longest: 20_000 };
const longest = () => 1;

Deno.test("the bound of the delay grows by the factor with every attempt", () => {
  const bounds = [1, 2, 3].map((attempts) => retryDelay(schedule, attempts, longest));
  assertEquals(bounds, [1000, 3000, 9000]);
});

Deno.test("the bound of the delay stays at the longest", () => {
  const bounds = [4, 5, 1000].map((attempts) => retryDelay(schedule, attempts, longest));
  assertEquals(bounds, [20_000, 20_000, 20_000]);
});

Deno.test("the delay is a random part of its bound, from nothing to the whole", () => {
  const delays = [0, 0.25, 0.5, 1].map((part) => retryDelay(schedule, 2, () => part));
  assertEquals(delays, [0, 750, 1500, 3000]);
});

Deno.test("the delay is a whole number of milliseconds", () => {
  const delay = retryDelay({ ...schedule, first: 333, factor: 1.7 }, 3, () => 0.123456);
  assert(Number.isInteger(delay));
});

Deno.test("randomness is asked once for each delay", () => {
  let asked = 0;
  retryDelay(schedule, 3, () => {
    asked++;
    return 0.5;
  });
  assertEquals(asked, 1);
});
