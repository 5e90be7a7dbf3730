import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { OutboxError } from "../../src/delivery/store.ts";
import { SqliteStore } from "../../src/stores/sqlite_store.ts";
import { aDelivery, deliveries } from "../delivery/builders.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const lease = 60_000;
const hour = 3_600_000;
const never = () => {};

/** A store in a folder, on a clock that moves when the test says so, and what it reports. */
function storeIn(folder: TempFolder) {
  const path = join(folder.path, "outbox.sqlite");
  const clock = new FakeClock();
  const opened: number[] = [];
  const due: string[] = [];
  const retention = { delivered: undefined, dead: 30 * 24 * hour, most: 1000 };
  const store = new SqliteStore({ path, durability: "process", retention }, clock, {
    opened: (counts) => void opened.push(counts.length),
    due: (targets) => void due.push(...targets),
    ...{ notOpen: never, replaced: never, deadLettersDeleted: never, failed: never },
  });
  return { ...{ path, clock, store, opened, due } };
}

for (const by of [-hour, hour]) {
  Deno.test(`a retry waits as long as it was meant to when the clock is set by ${by} ms`, async () => {
    await using folder = await tempFolder();
    const { store, clock } = storeIn(folder);
    const [stored] = await store.append(deliveries(1), lease);
    await store.settle([
      { kind: "retry", storeID: stored!.storeID, attempts: 1, retryIn: 5000, error: "503" },
    ]);
    clock.jump(clock.now() + by);
    clock.advance(1000);
    assertEquals(await store.nextDue("analytics"), 4000);
    // what is stored now is due now, by the new time
    const fresh = await store.append([aDelivery({ id: "d2", createdAt: clock.now() })], lease);
    assertEquals(fresh.map(({ dueAt }) => dueAt), [clock.now()]);
    assertEquals((await store.close())[0]?.waiting, 2);
    assertEquals(clock.timers, 0);
  });
}

Deno.test("a store that cannot be opened holds nothing to claim, and says what to do", async () => {
  await using folder = await tempFolder();
  await folder.write("outbox.sqlite", "no database ".repeat(100));
  await folder.write("outbox.sqlite.lock", "1");
  const { store, opened } = storeIn(folder);
  assertEquals(await store.claim("analytics", 10, lease), []);
  assertEquals(await store.nextDue("analytics"), undefined);
  await assertRejects(() => store.append(deliveries(1), lease), OutboxError, "restore a copy");
  await assertRejects(() => store.counts(), OutboxError, "is damaged");
  assertEquals(opened, []);
  await store.close();
});

Deno.test("what the file does not take is an error with the file's reason", async () => {
  await using folder = await tempFolder();
  const { store, path } = storeIn(folder);
  using other = new DatabaseSync(path);
  other.exec("DROP TABLE attempt; DROP TABLE delivery");
  await assertRejects(() => store.append(deliveries(1), lease), OutboxError, "no such table");
  await store.close().catch(() => {});
});

Deno.test("what an operator puts back is reported as due, and can be claimed", async () => {
  await using folder = await tempFolder();
  const { store, due, clock } = storeIn(folder);
  const [stored] = await store.append(deliveries(1), lease);
  await store.settle([{ kind: "dead", storeID: stored!.storeID, attempts: 1, error: "404" }]);
  const asked = store.ask({ kind: "retry", filter: {}, dryRun: false });
  // it is answered in parts
  await eventually("it is due", () => {
    clock.advance(20);
    return due.length > 0;
  });
  clock.advance(100);
  assertEquals([(await asked).count, due], [1, ["analytics"]]);
  assertEquals((await store.claim("analytics", 10, lease)).map(({ id }) => id), ["d1"]);
  await store.close();
});
