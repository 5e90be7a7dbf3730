/**
 * `kill -9` at random moments of a burst. `ROUNDS` is how often in each of the four settings;
 * `ROUNDS=50 deno test --allow-all tests/faults/kill_test.ts` is the run in RESULTS.md.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import { eventually } from "../support/eventually.ts";
import { burstUntilKilled, startForwardingRouter } from "./burst.ts";
import { type CountingTarget, countingTarget } from "./counting_target.ts";

const rounds = Number(Deno.env.get("ROUNDS") ?? 2);

/** The latest moment of a kill after the first answer, milliseconds. */
const latestKill = 600;

/** Answered operations that have not arrived. */
function missing(answered: readonly string[], { received }: CountingTarget): readonly string[] {
  return answered.filter((operation) => !received.has(operation));
}

for (const durability of ["full", "process"] as const) {
  for (const state of ["up", "down"] as const) {
    const name = `kill -9 with durability ${durability} and the target ${state} loses nothing`;
    Deno.test(`${name} that was answered`, async () => {
      await using target = countingTarget();
      await using router = await startForwardingRouter(target.url, { durability });
      let answered = 0;
      let lost = 0;
      for (let round = 1; round <= rounds; round++) {
        if (state === "down") await target.down();
        const killAfter = Math.random() * latestKill;
        const burst = await burstUntilKilled(router, { name: `round-${round}`, killAfter });
        assert(burst.length > 0, "the burst was answered before the kill");
        answered += burst.length;
        target.up();
        await router.crashAndRestart();
        await eventually(
          `every answered callback of round ${round} is delivered`,
          () => missing(burst, target).length === 0,
          { within: 60_000 },
        ).catch(() => lost += missing(burst, target).length);
      }
      const deliveries = [...target.received.values()];
      const all = deliveries.reduce((sum, times) => sum + times, 0);
      processTerminal.out(columns(
        ["durability", "target", "kills", "answered", "received", "duplicates", "losses"],
        [[
          durability,
          state,
          ...[rounds, answered, all, all - deliveries.length, lost].map(String),
        ]],
      ));
      assertEquals(lost, 0);
    });
  }
}
