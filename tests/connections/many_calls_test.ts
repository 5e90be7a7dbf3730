/**
 * Thousands of calls and tens of stops. `CALLS` and `STOPS` say how many; CI has fewer.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { callAround, startLimited, stopUnderLoad } from "../support/calling_rounds.ts";

const calls = Number(Deno.env.get("CALLS") ?? 10_000);
const stops = Number(Deno.env.get("STOPS") ?? 50);

Deno.test(`none of ${calls} calls around every limit is lost`, async () => {
  await using router = await startLimited();
  assertEquals(await callAround(router.server.port, calls, 200), { answered: calls, lost: 0 });
});

for (let round = 1; round <= stops; round++) {
  const workers = round % 2 === 0 ? 4 : 8;
  Deno.test(`stop ${round} under the load of ${workers} callers loses no request`, () => {
    return stopUnderLoad(workers);
  });
}
