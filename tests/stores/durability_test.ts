import { DatabaseSync } from "node:sqlite";
import { mock } from "node:test";
import { assertEquals } from "@std/assert";
import type { Durability } from "../../src/delivery/outbox.ts";
import type { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { deliveries } from "../delivery/builders.ts";
import { outboxFile, settleAt0 } from "./outbox_file.ts";

/** What `PRAGMA synchronous` says: in WAL, FULL syncs the disk with every commit and NORMAL does not. */
const normal = 1;
const full = 2;

/** With what `PRAGMA synchronous` some work's transactions are committed. */
async function commitsOf(work: () => unknown): Promise<readonly unknown[]> {
  const modes: unknown[] = [];
  const { prepare } = DatabaseSync.prototype;
  const spy = mock.method(
    DatabaseSync.prototype,
    "prepare",
    function (this: DatabaseSync, sql: string) {
      if (sql === "COMMIT") {
        modes.push(prepare.call(this, "PRAGMA synchronous").get()?.synchronous);
      }
      return prepare.call(this, sql);
    },
  );
  try {
    await work();
  } finally {
    spy.mock.restore();
  }
  return modes;
}

const works = {
  "storing deliveries": (outbox) => outbox.append(deliveries(2)),
  "settling an attempt": (outbox) => settleAt0(outbox, [{ kind: "delivered", storeID: 1 }]),
  "asking whether the store can be written": (outbox) => outbox.probe(),
} satisfies Record<string, (outbox: SqliteOutbox) => unknown>;

const synced: readonly string[] = [
  "storing deliveries",
  "asking whether the store can be written",
] satisfies readonly (keyof typeof works)[];

for (const durability of ["full", "process"] as const satisfies readonly Durability[]) {
  for (const [name, work] of Object.entries(works)) {
    const mode = durability === "full" && synced.includes(name) ? full : normal;
    const title = `${name} is ${
      mode === full ? "" : "not "
    }on the disk when it ends, with ${durability}`;
    Deno.test(title, async () => {
      await using file = await outboxFile();
      const outbox = file.open(durability);
      await outbox.append(deliveries(2));
      assertEquals(await commitsOf(() => work(outbox)), [mode]);
      // and whatever it was, the next is as it should be
      assertEquals(await commitsOf(() => outbox.append(deliveries(1))), [
        durability === "full" ? full : normal,
      ]);
    });
  }
}
