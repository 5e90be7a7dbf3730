/** Connections as OpenIM's client uses them: kept, and no POST is ever sent again. */
import { assertEquals } from "@std/assert";
import { callAround, startLimited, stopUnderLoad } from "../support/calling_rounds.ts";

for (let round = 1; round <= 3; round++) {
  Deno.test(`a stop under load loses no request of callers that close when asked to (${round})`, () => {
    return stopUnderLoad(8);
  });
}

Deno.test("no call is lost whose pause before it is as long as a limit", async () => {
  await using router = await startLimited();
  assertEquals(await callAround(router.server.port, 400, 100), { answered: 400, lost: 0 });
});
