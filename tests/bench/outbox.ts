/**
 * What the outbox's file costs: storing deliveries in groups as the outbox thread does, settling
 * them, and reading what is due from a large backlog.
 *
 * `OUTBOX_ROWS` is the number of deliveries, `OUTBOX_DURABILITY` that of the file.
 *
 * @module
 */
import process from "node:process";
import { join } from "@std/path";
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import type { AttemptResult, Durability } from "../../src/delivery/outbox.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery } from "../delivery/builders.ts";
import { tempFolder } from "../support/temp_folder.ts";

const rows = Number(Deno.env.get("OUTBOX_ROWS") ?? 200_000);
const durability = (Deno.env.get("OUTBOX_DURABILITY") ?? "process") as Durability;
/** The deliveries of one commit. */
const group = 30;
/** The deliveries that are read, and settled, at once. */
const batch = 256;
const keys = 50_000;
const body = JSON.stringify({ sendID: "5118930138", content: "x".repeat(500) });
const now = 1_754_300_000_000;

const results: (readonly string[])[] = [];

for (
  const [what, keyOf] of [
    ["without keys", () => ""],
    [`${keys} keys`, (number: number) => `key-${number % keys}`],
  ] as const
) {
  await using folder = await tempFolder();
  const outbox = new SqliteOutbox(join(folder.path, "outbox.sqlite"), durability);
  await measure(`append, ${what}`, rows, async () => {
    for (let stored = 0; stored < rows; stored += group) {
      await outbox.append(Array.from({ length: group }, (_, at) => {
        const number = stored + at;
        return aDelivery({ id: `d${number}`, orderKey: keyOf(number), createdAt: now, body });
      }));
    }
  });
  let last: readonly number[] = [];
  await measure(`read, ${what}`, rows, async () => {
    for (let read = 0; read < rows; read += batch) {
      const due = await outbox.due("analytics", now, batch, new Set(last));
      last = due.map(({ sequence }) => sequence);
    }
  });
  await measure(`settle, ${what}`, rows, async () => {
    for (let first = 1; first <= rows; first += batch) {
      await outbox.settle(Array.from({ length: batch }, (_, at): AttemptResult => ({
        kind: "delivered",
        sequence: first + at,
      })));
    }
  });
  await outbox.close();
}

await using folder = await tempFolder();
const outbox = new SqliteOutbox(join(folder.path, "outbox.sqlite"), durability);
for (let stored = 0; stored < rows; stored += 1000) {
  await outbox.append(Array.from({ length: 1000 }, (_, at) => {
    const number = stored + at;
    return aDelivery({ id: `d${number}`, orderKey: `key-${number % keys}`, createdAt: now, body });
  }));
}
// the first of every key fails, as with a target that is down
for (let first = 1; first <= keys; first += 1000) {
  await outbox.settle(Array.from({ length: 1000 }, (_, at): AttemptResult => ({
    kind: "retry",
    sequence: first + at,
    attempts: 1,
    dueAt: now + 60_000,
    error: "503",
  })));
}
const none = new Set<number>();
await measure("due, all held up by retries", 100, async () => {
  for (let time = 0; time < 100; time++) await outbox.due("analytics", now, batch, none);
});
await measure("nextDue, all held up by retries", 100, async () => {
  for (let time = 0; time < 100; time++) await outbox.nextDue("analytics", none);
});
await measure("due, every key due", 100, async () => {
  for (let time = 0; time < 100; time++) await outbox.due("analytics", now + 60_000, batch, none);
});
const held = new Set(Array.from({ length: 20_000 }, (_, at) => at + 1));
await measure("due, 20,000 held", 100, async () => {
  for (let time = 0; time < 100; time++) await outbox.due("analytics", now + 60_000, batch, held);
});
await measure("counts", 1, async () => void await outbox.counts());
await measure("check of the whole file", 1, () => Promise.resolve(outbox.checkIntact()));
await outbox.close();

processTerminal.out(columns(["what", "us each (CPU)", "us each (elapsed)"], results));

async function measure(what: string, count: number, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const after = process.cpuUsage();
  const cpu = after.user + after.system - before.user - before.system;
  const elapsed = (performance.now() - began) * 1000;
  results.push([what, (cpu / count).toFixed(2), (elapsed / count).toFixed(2)]);
}
