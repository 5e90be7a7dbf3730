import { assert, assertEquals, assertFalse } from "@std/assert";
import { duration, milliseconds, timerDuration } from "../../src/values/duration.ts";

Deno.test("a duration is counted in milliseconds", () => {
  assertEquals(["250ms", "5s", "10m", "6h", "7d"].map(milliseconds), [
    250,
    5_000,
    600_000,
    21_600_000,
    604_800_000,
  ]);
});

Deno.test("a duration may have a fraction", () => {
  assertEquals(milliseconds(duration.parse("1.5s")), 1500);
  assertEquals(milliseconds(duration.parse("0.5m")), 30_000);
});

Deno.test("a duration of no length is refused", () => {
  for (const text of ["0s", "00ms", "0.0h"]) assertFalse(duration.safeParse(text).success, text);
});

Deno.test("a duration without a unit, without an amount or with a strange unit is refused", () => {
  for (const text of ["", "5", "s", "5 s", "-5s", "5sec", "1w", "1h30m", ".5s", "5S"]) {
    assertFalse(duration.safeParse(text).success, text);
  }
});

Deno.test("a duration of absurdly many digits is refused", () => {
  for (
    const text of ["1000000000000d", `${"9".repeat(400)}s`, "1.0001s", `0.${"1".repeat(400)}s`]
  ) {
    assertFalse(duration.safeParse(text).success, text);
  }
});

Deno.test("a duration of more than a hundred years is refused and told the bound", () => {
  assert(duration.safeParse("36500d").success);
  for (const text of ["36500.001d", "36501d", "106751991168d", "999999999999.999d"]) {
    assertEquals(
      duration.safeParse(text).error?.issues.map(({ message }) => message),
      ['expected at most "36500d", a hundred years'],
      text,
    );
  }
});

Deno.test("a refused duration is told what one looks like", () => {
  assertEquals(
    duration.safeParse("5").error?.issues.map(({ message }) => message),
    ['expected a duration such as "250ms", "5s", "10m" or "6h"'],
  );
});

Deno.test("a timer's duration may be as long as a timer of the platform waits", () => {
  for (const text of ["250ms", "24d", "24.8d", "2147483647ms"]) {
    assert(timerDuration.safeParse(text).success, text);
  }
});

Deno.test("a timer's duration beyond 24 days is refused and told the bound", () => {
  for (const text of ["25d", "600h", "2147483648ms", "999999999999d"]) {
    assertEquals(
      timerDuration.safeParse(text).error?.issues.map(({ message }) => message),
      ['expected at most "24d"'],
      text,
    );
  }
});

Deno.test("a duration that no timer waits for may be longer", () => {
  assert(duration.safeParse("30d").success);
});
