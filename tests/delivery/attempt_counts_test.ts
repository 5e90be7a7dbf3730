import { assertEquals } from "@std/assert";
import { AttemptCounts } from "../../src/delivery/attempt_counts.ts";

Deno.test("what has been counted for each target is taken once", () => {
  const counts = new AttemptCounts();
  for (const target of ["analytics", "alerts", "analytics"]) counts.add(target);
  assertEquals(counts.take(), new Map([["analytics", 2], ["alerts", 1]]));
  counts.add("alerts");
  assertEquals(counts.take(), new Map([["alerts", 1]]));
  assertEquals(counts.take().size, 0);
});
