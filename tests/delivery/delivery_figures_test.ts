/** What the delivery thread says when it is asked. */
import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import type { AttemptTally } from "../../src/delivery/attempt_tallies.ts";
import { DeliveryThread, DeliveryThreadError } from "../../src/delivery/delivery_thread.ts";
import { systemClock } from "../../src/chain/clock.ts";
import { LeasedOutbox } from "../../src/stores/leased_outbox.ts";
import { readFigures } from "../../src/delivery/outbox_figures.ts";
import { outboxFile, settleAt0 } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { aDelivery, aTarget } from "./builders.ts";

const module = new URL("../../src/runtime/delivery_worker.ts", import.meta.url);

/** The delivery thread on an outbox in a folder; deliveries go to `url` once they are let. */
async function threadIn(folder: TempFolder, url = "http://127.0.0.1:9/") {
  const path = join(folder.path, "outbox.sqlite");
  const tallies: AttemptTally[] = [];
  const { thread } = await DeliveryThread.start(module, {
    path,
    durability: "full",
    targets: [aTarget({ url })],
    retention: { delivered: undefined, dead: 3_600_000, most: 1000 },
    reportDelivered: false,
  }, {
    attempted() {},
    targetChanged() {},
    deadLettersDeleted() {},
    storeNotOpen() {},
    storeOpened() {},
    fileReplaced() {},
    outboxFailed() {},
    tallied: (batch) => void tallies.push(...batch),
  });
  return { thread, path, tallies };
}

Deno.test("what waits is counted with the time of the oldest", async () => {
  await using folder = await tempFolder();
  const { thread } = await threadIn(folder);
  assertEquals(await thread.figures(), []);
  await thread.append([
    aDelivery({ id: "d1", createdAt: 1000 }),
    aDelivery({ id: "d2", createdAt: 2000 }),
  ]);
  const expected = [{ target: "analytics", waiting: 2, dead: 0, oldest: 1000 }];
  assertEquals(await thread.figures(), expected);
  await thread.stop(0);
});

Deno.test("of a target that nothing waits for there is no oldest", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([
    aDelivery({ id: "d1", target: "down", createdAt: 1000 }),
    aDelivery({ id: "d2", target: "up", createdAt: 2000 }),
  ]);
  settleAt0(outbox, [{ kind: "dead", storeID: 1, attempts: 8, error: "no answer" }]);
  assertEquals(await readFigures(new LeasedOutbox(outbox, systemClock)), [
    { target: "down", waiting: 0, dead: 1, oldest: undefined },
    { target: "up", waiting: 1, dead: 0, oldest: 2000 },
  ]);
});

Deno.test("deliveries that went well are tallied although nobody is told of each", async () => {
  await using folder = await tempFolder();
  await using target = startTarget();
  const { thread, tallies } = await threadIn(folder, target.url);
  thread.deliver();
  await thread.append([aDelivery({ id: "d1" }), aDelivery({ id: "d2" })]);
  const told = () => tallies.reduce((sum, { durations }) => sum + durations.length, 0);
  await eventually("both attempts are told", () => told() === 2);
  assertEquals(new Set(tallies.map(({ result }) => result)), new Set(["delivered"]));
  await thread.stop(1000);
});

Deno.test("a store that can be written is probed without changing what it holds", async () => {
  await using folder = await tempFolder();
  const { thread } = await threadIn(folder);
  await thread.append([aDelivery()]);
  const before = await thread.figures();
  await thread.probe();
  assertEquals(await thread.figures(), before);
  await thread.stop(0);
});

Deno.test("a store that cannot be written fails the probe", async () => {
  await using folder = await tempFolder();
  const { thread, path } = await threadIn(folder);
  // locked by another writer for longer than is waited
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assertRejects(() => thread.probe(), DeliveryThreadError, "database is locked");
  other.exec("ROLLBACK");
  await thread.probe();
  other.close();
  await thread.stop(0);
});
