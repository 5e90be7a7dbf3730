import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AttemptResult } from "../../src/delivery/outbox.ts";
import { OutboxAdmin } from "../../src/stores/outbox_admin.ts";
import type { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery } from "../delivery/builders.ts";
import { dueAt, idsDueAt, outboxFile, settleAt0 } from "./outbox_file.ts";

const stored = 1_754_300_000_000;
const later = stored + 60_000;

/** Deliveries whose IDs are their key and number: `a1`, `a2`, `b1`; `-1` has no key. */
const named = (...ids: readonly string[]) =>
  ids.map((id) => aDelivery({ id, orderKey: id[0] === "-" ? "" : id[0]! }));

/** Settles a delivery that is due. */
async function settle(
  outbox: SqliteOutbox,
  id: string,
  kind: AttemptResult["kind"],
): Promise<void> {
  const storeID = (await dueAt(outbox, stored)).find((due) => due.id === id)!.storeID;
  const facts = { storeID, attempts: 1, error: "503" };
  if (kind === "delivered") settleAt0(outbox, [{ kind, storeID }]);
  else if (kind === "retry") settleAt0(outbox, [{ ...facts, kind, retryIn: later }]);
  else settleAt0(outbox, [{ ...facts, kind }]);
}

Deno.test("a delivery that waits for a retry holds up those behind it in its key alone", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "b1", "a2", "b2", "-1", "a3"));
  await settle(outbox, "a1", "retry");
  assertEquals(await idsDueAt(outbox, stored), ["b1", "-1", "b2"]);
});

Deno.test("when its retry is due, a key's deliveries are due in their order", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "a2", "a3"));
  await settle(outbox, "a1", "retry");
  assertEquals(await idsDueAt(outbox, later), ["a1", "a2", "a3"]);
});

Deno.test("nothing is held up where no delivery of the key waits for a retry", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "a2", "b1"));
  assertEquals((await idsDueAt(outbox, stored)).toSorted(), ["a1", "a2", "b1"]);
  await settle(outbox, "a1", "delivered");
  assertEquals((await idsDueAt(outbox, stored)).toSorted(), ["a2", "b1"]);
});

Deno.test("a dead letter does not hold up its key", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "a2"));
  await settle(outbox, "a1", "dead");
  assertEquals(await idsDueAt(outbox, stored), ["a2"]);
});

Deno.test("one target's retry does not hold up the same key of another target", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append([
    ...named("a1"),
    aDelivery({ id: "other", orderKey: "a", target: "alerts" }),
  ]);
  await settle(outbox, "a1", "retry");
  const due = await outbox.due("alerts", stored, 10, new Set());
  assertEquals(due.map(({ id }) => id), ["other"]);
});

Deno.test("deliveries without a key never wait for each other", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("-1", "-2", "-3"));
  await settle(outbox, "-1", "retry");
  assertEquals(await idsDueAt(outbox, stored), ["-2", "-3"]);
});

Deno.test("what is stored behind a retry later waits too", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1"));
  await settle(outbox, "a1", "retry");
  await outbox.append(named("a2", "b1"));
  assertEquals(await idsDueAt(outbox, stored), ["b1"]);
});

Deno.test("those behind a held delivery of their key are read when the limit allows", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "a2", "a3"));
  const [first] = await dueAt(outbox, stored, { limit: 1 });
  const held = new Set([first!.storeID]);
  assertEquals(await idsDueAt(outbox, stored, { limit: 1, held }), ["a2"]);
});

Deno.test("nextDue is the retry's time, not that of those behind it", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(named("a1", "a2"));
  await settle(outbox, "a1", "retry");
  assertEquals(await outbox.nextDue("analytics", new Set()), later);
});

Deno.test("keys with a NUL are keys of their own, and as long as they are", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const keys = ["a\0x", "a\0y", "a", "\0", "\0\0"];
  for (const number of [1, 2]) {
    await outbox.append(
      keys.map((orderKey, index) => aDelivery({ id: `${index}-${number}`, orderKey })),
    );
  }
  const read = await dueAt(outbox, stored);
  assertEquals(read.length, 10);
  const keysRead = Map.groupBy(read, ({ orderKey }) => orderKey);
  assertEquals(keysRead.has(""), false);
  assertEquals(
    [...keysRead.values()].map((of) => of.map(({ id }) => id)).toSorted(),
    keys.map((_, index) => [`${index}-1`, `${index}-2`]),
  );
  const first = read.find(({ id }) => id === "0-1")!;
  settleAt0(outbox, [
    { kind: "retry", storeID: first.storeID, attempts: 1, retryIn: later, error: "503" },
  ]);
  const left = (await idsDueAt(outbox, stored)).toSorted();
  assertEquals(left, ["1-1", "1-2", "2-1", "2-2", "3-1", "3-2", "4-1", "4-2"]);
});

/** A delivery as the model below keeps it. */
interface Kept {
  readonly storeID: number;
  readonly key: string;
  dueAt: number;
}

const keys = ["", "a", "b", "c"] as const;

const step = fc.oneof(
  fc.record({ kind: fc.constant("append" as const), key: fc.constantFrom(...keys) }),
  fc.record({
    kind: fc.constantFrom("delivered" as const, "retry" as const, "dead" as const),
    pick: fc.nat(),
    delay: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constantFrom("put back" as const, "drop" as const), pick: fc.nat() }),
);

/** What no earlier one of its key holds up, in the order of storing. */
function allowed(waiting: readonly Kept[], now: number): readonly Kept[] {
  return waiting.filter(({ key, dueAt, storeID }) =>
    dueAt <= now &&
    (key === "" ||
      waiting.every((other) => other.key !== key || other.storeID >= storeID || other.dueAt <= now))
  );
}

Deno.test("whatever happens, exactly what no earlier one of its key holds up is due", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
      await using file = await outboxFile();
      const outbox = file.open();
      using admin = new OutboxAdmin(file.path);
      let waiting: Kept[] = [];
      let dead: Kept[] = [];
      let now = stored;
      let last = 0;
      for (const next of steps) {
        now++;
        const due = await dueAt(outbox, now);
        for (const key of keys) {
          const found = due.filter(({ orderKey }) => orderKey === key);
          const sequences = found.map(({ storeID }) => storeID as number);
          // without a key the time comes first, then the order of storing
          if (key === "") sequences.sort((one, other) => one - other);
          const expected = allowed(waiting, now).filter((kept) => kept.key === key);
          assertEquals(sequences, expected.map(({ storeID }) => storeID));
        }
        if (next.kind === "append") {
          await outbox.append([aDelivery({ orderKey: next.key, createdAt: now })]);
          waiting.push({ storeID: ++last, key: next.key, dueAt: now });
          continue;
        }
        const from = next.kind === "put back" ? dead : next.kind === "drop" ? waiting : due;
        if (from.length === 0) continue;
        const { storeID } = from[next.pick % from.length]!;
        const isIt = (kept: Kept) => kept.storeID === storeID;
        if (next.kind === "put back") {
          admin.putBack([storeID], now);
          waiting = [...waiting, { ...dead.find(isIt)!, dueAt: now }]
            .toSorted((one, other) => one.storeID - other.storeID);
          dead = dead.filter((kept) => !isIt(kept));
          continue;
        }
        if (next.kind === "retry") {
          const dueTime = now + next.delay;
          settleAt0(outbox, [
            { kind: "retry", storeID, attempts: 1, retryIn: dueTime, error: "503" },
          ]);
          waiting.find(isIt)!.dueAt = dueTime;
          continue;
        }
        if (next.kind === "drop") admin.drop([storeID]);
        else if (next.kind === "delivered") settleAt0(outbox, [{ kind: "delivered", storeID }]);
        else {
          settleAt0(outbox, [{ kind: "dead", storeID, attempts: 1, error: "gone" }]);
          dead.push(waiting.find(isIt)!);
        }
        waiting = waiting.filter((kept) => !isIt(kept));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a key with a long queue leaves room for what is behind the first of others", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  outbox.append(named(...numbers.map((number) => `a${number}`), "b1", "b2"));
  const due = outbox.due(aDelivery().target, stored, 64, new Set()).map(({ id }) => id);
  assertEquals(due.slice(0, 4), ["a0", "b1", "a1", "a2"]);
  assertEquals(due.at(-1), "b2");
});
