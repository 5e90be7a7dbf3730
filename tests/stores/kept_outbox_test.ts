import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import type { ReplacedFile } from "../../src/delivery/store.ts";
import { KeptOutbox, OutboxNotOpenError } from "../../src/stores/kept_outbox.ts";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { lockOutbox } from "../../src/stores/outbox_lock.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { deliveries } from "../delivery/builders.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { settleAt0 } from "./outbox_file.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** An outbox that is kept, with what it tells. */
function keep(path: string) {
  const clock = new FakeClock();
  const told: string[] = [];
  const replaced: ReplacedFile[] = [];
  const kept = new KeptOutbox({
    ...{ path, durability: "full", keepDelivered: false, clock },
    begin: () => ({ stop: () => Promise.resolve() }),
    opened: () => void told.push("opened"),
    notOpen: ({ message }) => void told.push(message),
    replaced: (file) => void replaced.push(file),
  });
  return { kept, clock, told, replaced };
}

const waiting = async (outbox: SqliteOutbox) => (await outbox.counts())[0]?.waiting;

Deno.test("a damaged file is tried again until it is whole, and told once", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("outbox.sqlite", "no database ".repeat(100));
  await folder.write("outbox.sqlite.lock", "1");
  const { kept, clock, told } = keep(path);
  assertThrows(() => kept.storing(), OutboxNotOpenError, "is damaged");
  assertThrows(() => kept.held(), OutboxNotOpenError, "is damaged");
  clock.advance(5000);
  assertEquals(told.length, 1);
  await Deno.remove(path);
  clock.advance(1000);
  assertEquals(told.slice(1), ["opened"]);
  await kept.storing().outbox.append(deliveries(1));
  assertEquals(await kept.close(), [{ target: "analytics", waiting: 1, dead: 0 }]);
  assertEquals(clock.timers, 0);
});

Deno.test("a path that is a mistake is an error, and nothing is tried again", async () => {
  await using folder = await tempFolder();
  assertThrows(() => keep(folder.path), OutboxFileError, "is a folder");
});

Deno.test("a file that is deleted is noticed before the next is stored, and all it held goes on", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { kept, replaced } = keep(path);
  const before = kept.storing().outbox;
  await before.append(deliveries(5));
  const record = { at: 1, duration: 2, status: 500, error: "no", answer: "no" };
  settleAt0(before, [
    { kind: "retry", storeID: 1, attempts: 1, retryIn: 3, error: "no", attempt: record },
  ]);
  await Deno.remove(path);
  await kept.storing().outbox.append(deliveries(1));
  assertEquals(replaced.map(({ deliveries, unread, aside }) => [deliveries, unread, aside]), [
    [5, undefined, undefined],
  ]);
  assertStringIncludes(replaced[0]!.reason, `${path} was deleted`);
  await kept.close();
  // as another start finds it: numbers and attempts are as they were
  const after = new SqliteOutbox(path, "full");
  after.checkIntact();
  assertEquals(await waiting(after), 6);
  const held = await after.due("analytics", 1_754_300_000_000, 10, new Set());
  assertEquals(held.map(({ storeID, attempts }) => [storeID, attempts]), [
    [1, 1],
    ...[2, 3, 4, 5, 6].map((storeID) => [storeID, 0]),
  ]);
  assertEquals(after.admin().attempts(1).length, 1);
  await after.close();
});

Deno.test("another outbox in the file's place is moved aside whole", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { kept, clock, replaced } = keep(path);
  await kept.storing().outbox.append(deliveries(1));
  const other = new SqliteOutbox(join(folder.path, "other.sqlite"), "full");
  await other.append(deliveries(7));
  await other.close();
  await Deno.rename(join(folder.path, "other.sqlite"), path);
  clock.advance(1000);
  assertEquals(await waiting(kept.held().outbox), 1);
  const [{ aside, reason } = replaced[0]!] = replaced;
  assertMatch(aside!, /outbox\.sqlite\.replaced-\d+$/);
  assertStringIncludes(reason, "was replaced by another file");
  const moved = new SqliteOutbox(aside!, "full");
  assertEquals(await waiting(moved), 7);
  await moved.close();
  await kept.close();
});

Deno.test("where no new file can be made nothing is said to be stored, and what was held is", async () => {
  await using folder = await tempFolder();
  const store = join(folder.path, "store");
  const path = join(store, "outbox.sqlite");
  const { kept, clock, told } = keep(path);
  await kept.storing().outbox.append(deliveries(2));
  await Deno.remove(store, { recursive: true });
  // a file in the folder's place: nothing can be made in it
  await Deno.writeTextFile(store, "");
  assertThrows(() => kept.storing(), OutboxNotOpenError, "no new file can be begun");
  assertEquals(await waiting(kept.held().outbox), 2);
  clock.advance(3000);
  assertEquals(told.length, 2, "it is told once");
  await Deno.remove(store);
  clock.advance(1000);
  assertEquals(told.at(-1), "opened");
  await kept.storing().outbox.append(deliveries(1));
  assertEquals(await kept.close(), [{ target: "analytics", waiting: 3, dead: 0 }]);
});

Deno.test("a file that comes back before a new one could be begun is stored into again", async () => {
  await using folder = await tempFolder();
  const [store, away] = [join(folder.path, "store"), join(folder.path, "away")];
  const path = join(store, "outbox.sqlite");
  const { kept, clock, told, replaced } = keep(path);
  await kept.storing().outbox.append(deliveries(2));
  await Deno.rename(store, away);
  await Deno.writeTextFile(store, "");
  assertThrows(() => kept.storing(), OutboxNotOpenError, "no new file can be begun");
  await Deno.remove(store);
  await Deno.rename(away, store);
  clock.advance(1000);
  assertEquals([told.at(-1), replaced], ["opened", []]);
  await kept.storing().outbox.append(deliveries(1));
  assertThrows(() => lockOutbox(path), OutboxFileError, "in use by another router");
  assertEquals(await kept.close(), [{ target: "analytics", waiting: 3, dead: 0 }]);
});

Deno.test("numbers are not given again by the new file, whatever was delivered before", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { kept } = keep(path);
  const { outbox } = kept.storing();
  await outbox.append(deliveries(3));
  settleAt0(outbox, [1, 2, 3].map((storeID) => ({ kind: "delivered", storeID })));
  await Deno.remove(path);
  const after = kept.storing().outbox;
  await after.append(deliveries(1));
  const [first] = await after.due("analytics", Date.now(), 10, new Set());
  assertEquals(first?.storeID, 4);
  await kept.close();
});

Deno.test("another program's lock on the file does not pass for its loss", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { kept, clock, replaced } = keep(path);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE; ROLLBACK");
  other.close();
  clock.advance(10_000);
  assertEquals(replaced, []);
  await kept.close();
});
