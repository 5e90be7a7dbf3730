import { assert, assertEquals } from "@std/assert";
import { type GrowingDelays, retryDelay } from "../../src/delivery/retry_schedule.ts";

const growing: GrowingDelays = { kind: "growing", first: 1000, factor: 3, longest: 20_000 };
const schedule = { delays: growing, jitter: "full" } as const;
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
  const delay = retryDelay(
    { ...schedule, delays: { ...growing, first: 333, factor: 1.7 } },
    3,
    () => 0.123456,
  );
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

Deno.test("listed delays are kept to one by one, and the last goes on", () => {
  const listed = { delays: { kind: "listed", list: [5, 300, 1800] }, jitter: "none" } as const;
  const delays = [1, 2, 3, 4, 99].map((attempts) => retryDelay(listed, attempts, () => 0.5));
  assertEquals(delays, [5, 300, 1800, 1800, 1800]);
});

Deno.test("without jitter a delay that grows is its bound, and chance is not asked", () => {
  const steady = { delays: growing, jitter: "none" } as const;
  const delay = retryDelay(steady, 2, () => {
    throw new Error("asked");
  });
  assertEquals(delay, 3000);
});
