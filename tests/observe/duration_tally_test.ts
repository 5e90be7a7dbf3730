import { assertEquals } from "@std/assert";
import { DurationTally } from "../../src/observe/duration_tally.ts";

/** The buckets, the sum and the count of a tally, by name and upper end. */
function seriesOf(tally: DurationTally): Record<string, number> {
  return Object.fromEntries(
    [...tally.series("d_seconds", { command: "c" })].map(({ metricName, labels, value }) => {
      assertEquals(labels.command, "c");
      return [labels.le === undefined ? metricName! : `le ${labels.le}`, value];
    }),
  );
}

Deno.test("a bucket holds what is at most its upper end, and all that the buckets below hold", () => {
  const tally = new DurationTally([1, 10, 100]);
  for (const duration of [0, 1, 1.5, 10, 99, 100.5]) tally.add(duration);
  assertEquals(seriesOf(tally), {
    "le 0.001": 2,
    "le 0.01": 4,
    "le 0.1": 5,
    "le +Inf": 6,
    "d_seconds_sum": 0.212,
    "d_seconds_count": 6,
  });
});

Deno.test("a tally without durations has every bucket, at 0", () => {
  assertEquals(seriesOf(new DurationTally([1])), {
    "le 0.001": 0,
    "le +Inf": 0,
    "d_seconds_sum": 0,
    "d_seconds_count": 0,
  });
});
