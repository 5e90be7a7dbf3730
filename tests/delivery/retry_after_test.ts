import { assertEquals } from "@std/assert";
import { longestRetryAfter, requestedPause } from "../../src/delivery/retry_after.ts";

const now = Date.UTC(1994, 10, 6, 8, 49, 7);
const pauseOf = (retryAfter: string | undefined, status: number | undefined = 429) =>
  requestedPause({ status, retryAfter }, now);

Deno.test("seconds are a pause in milliseconds", () => {
  assertEquals([pauseOf("120"), pauseOf(" 7 "), pauseOf("0")], [120_000, 7_000, 0]);
});

Deno.test("all three forms of an HTTP date are a pause until then", () => {
  for (
    const date of [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ]
  ) {
    assertEquals(pauseOf(date), 30_000, date);
  }
});

Deno.test("a date that has passed is no pause", () => {
  assertEquals(pauseOf("Sun, 06 Nov 1994 08:00:00 GMT"), 0);
});

Deno.test("nobody is left alone for longer than an hour", () => {
  for (const far of ["86400", "99999999999999999999", "Sun, 06 Nov 2094 08:49:37 GMT"]) {
    assertEquals(pauseOf(far), longestRetryAfter, far);
  }
});

Deno.test("what is of neither form is passed over", () => {
  for (
    const text of ["", "soon", "-5", "1.5", "5s", "0x10", "1e3", "Sun, 99 Foo 1994 GMT", "NaN"]
  ) {
    assertEquals(pauseOf(text), undefined, text);
  }
  assertEquals(pauseOf(undefined), undefined);
});

Deno.test("it counts with 429 and 503 alone", () => {
  const pauses = [429, 503, 500, 502, 408, 301, undefined].map((status) =>
    requestedPause({ status, retryAfter: "1" }, now)
  );
  assertEquals(pauses, [1000, 1000, undefined, undefined, undefined, undefined, undefined]);
});
