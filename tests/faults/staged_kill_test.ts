/**
 * `kill -9` while more callbacks come than the machine can answer and deliver at a time, so that
 * deliveries are held back on the outbox's stage. `ROUNDS` is how often.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { eventually } from "../support/eventually.ts";
import { burstUntilKilled, startForwardingRouter } from "./burst.ts";
import { countingTarget } from "./counting_target.ts";
import { print } from "./forwarding.ts";

const rounds = Number(Deno.env.get("ROUNDS") ?? 3);

/** The latest moment of a kill after the first answer, milliseconds; the earliest is half of it. */
const latestKill = 1000;

/** How many deliveries are on the stage of an outbox's file, which nobody has open. */
function stagedIn(path: string): number {
  const database = new DatabaseSync(path);
  try {
    const row = database.prepare("SELECT coalesce(sum(count), 0) AS staged FROM staged").get();
    return row!.staged as number;
  } finally {
    database.close();
  }
}

Deno.test({
  name: "kill -9 while deliveries are held back loses nothing that was answered",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using target = countingTarget();
    // with one processor the router is under pressure as soon as it takes more than half of it
    await using router = await startForwardingRouter(target.url, {}, { oneProcessor: true });
    let answered = 0;
    let held = 0;
    for (let round = 1; round <= rounds; round++) {
      const killAfter = latestKill / 2 * (1 + Math.random());
      const burst = await burstUntilKilled(router, { name: `round-${round}`, killAfter });
      await router.server.status;
      answered += burst.length;
      held += stagedIn(join(router.folder.path, "outbox.sqlite"));
      await router.crashAndRestart();
      await eventually(
        `every answered callback of round ${round} is delivered`,
        () => burst.every((operation) => target.received.has(operation)),
        { within: 60_000 },
      );
      await eventually(
        `nothing of round ${round} is left on the stage`,
        () => stagedIn(join(router.folder.path, "outbox.sqlite")) === 0,
      );
    }
    print(`${rounds} kills: ${answered} answered, ${held} of them on the stage, 0 lost`);
    assert(held > 0, "deliveries were held back when the router was killed");
    assertEquals(answered > held, true);
  },
});
