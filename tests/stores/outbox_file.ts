import { join } from "@std/path";
import type {
  AttemptResult,
  Durability,
  StoredDelivery,
  StoreID,
} from "../../src/delivery/outbox.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A file for outboxes; those opened here are closed with it. */
export interface OutboxFile extends AsyncDisposable {
  readonly path: string;
  open(durability?: Durability): SqliteOutbox;
}

/** Makes a folder for an outbox: `await using file = await outboxFile();` */
export async function outboxFile(): Promise<OutboxFile> {
  const folder = await tempFolder();
  const path = join(folder.path, "outbox.db");
  const opened: SqliteOutbox[] = [];
  return {
    path,
    open(durability = "process") {
      const outbox = new SqliteOutbox(path, durability);
      opened.push(outbox);
      return outbox;
    },
    async [Symbol.asyncDispose]() {
      // a test may have closed one of them itself
      for (const outbox of opened) closeAgain(outbox);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Holding nothing. */
export const none: ReadonlySet<StoreID> = new Set();

/** Everything that is due for `analytics` at a time, to the number of `limit`. */
export function dueAt(
  outbox: SqliteOutbox,
  now: number,
  { limit = 100, held = none }: { limit?: number; held?: ReadonlySet<StoreID> } = {},
): readonly StoredDelivery[] {
  return outbox.due("analytics", now, limit, held);
}

/** The IDs of {@link dueAt}. */
export function idsDueAt(...question: Parameters<typeof dueAt>): string[] {
  return dueAt(...question).map(({ id }) => id);
}

/** Writes down results whose retries are due at the epoch's milliseconds that they name. */
export function settleAt0(outbox: SqliteOutbox, results: readonly AttemptResult[]): void {
  outbox.settle(results, 0);
}

function closeAgain(outbox: SqliteOutbox): void {
  try {
    outbox.close();
  } catch {
    // it is closed
  }
}
