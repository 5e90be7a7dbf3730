/** What the delivery threads say when they are asked. */
import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import type { AttemptTally } from "../../src/delivery/attempt_tallies.ts";
import { DeliveryThreads } from "../../src/delivery/delivery_threads.ts";
import { readFigures } from "../../src/delivery/outbox_figures.ts";
import { CallError } from "../../src/delivery/pending_calls.ts";
import { outboxFile } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { aDelivery, aTarget } from "./builders.ts";

const source = new URL("../../src/", import.meta.url);
const modules = {
  outbox: new URL("runtime/outbox_worker.ts", source),
  courier: new URL("runtime/courier_worker.ts", source),
};

/** The threads on an outbox in a folder; deliveries go to `url` once they are let. */
async function threadsIn(folder: TempFolder, url = "http://127.0.0.1:9/") {
  const path = join(folder.path, "outbox.sqlite");
  const tallies: AttemptTally[] = [];
  const { threads } = await DeliveryThreads.start(modules, {
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
  return { threads, path, tallies };
}

Deno.test("what waits is counted with the time of the oldest", async () => {
  await using folder = await tempFolder();
  const { threads } = await threadsIn(folder);
  assertEquals(await threads.figures(), []);
  await threads.append([
    aDelivery({ id: "d2", createdAt: 2000 }),
    aDelivery({ id: "d1", createdAt: 1000 }),
  ]);
  const expected = [{ target: "analytics", waiting: 2, dead: 0, oldest: 1000 }];
  assertEquals(await threads.figures(), expected);
  await threads.stop(0);
});

Deno.test("of a target that nothing waits for there is no oldest", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([
    aDelivery({ id: "d1", target: "down", createdAt: 1000 }),
    aDelivery({ id: "d2", target: "up", createdAt: 2000 }),
  ]);
  await outbox.settle([{ kind: "dead", sequence: 1, attempts: 8, error: "no answer" }]);
  assertEquals(await readFigures(outbox), [
    { target: "down", waiting: 0, dead: 1, oldest: undefined },
    { target: "up", waiting: 1, dead: 0, oldest: 2000 },
  ]);
});

Deno.test("deliveries that went well are tallied although nobody is told of each", async () => {
  await using folder = await tempFolder();
  await using target = startTarget();
  const { threads, tallies } = await threadsIn(folder, target.url);
  threads.deliver();
  await threads.append([aDelivery({ id: "d1" }), aDelivery({ id: "d2" })]);
  const told = () => tallies.reduce((sum, { durations }) => sum + durations.length, 0);
  await eventually("both attempts are told", () => told() === 2);
  assertEquals(new Set(tallies.map(({ result }) => result)), new Set(["delivered"]));
  await threads.stop(1000);
});

Deno.test("a store that can be written is probed without changing what it holds", async () => {
  await using folder = await tempFolder();
  const { threads } = await threadsIn(folder);
  await threads.append([aDelivery()]);
  const before = await threads.figures();
  await threads.probe();
  assertEquals(await threads.figures(), before);
  await threads.stop(0);
});

Deno.test("a store that cannot be written fails the probe", async () => {
  await using folder = await tempFolder();
  const { threads, path } = await threadsIn(folder);
  // locked by another writer for longer than is waited
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assertRejects(() => threads.probe(), CallError, "database is locked");
  other.exec("ROLLBACK");
  await threads.probe();
  other.close();
  await threads.stop(0);
});
