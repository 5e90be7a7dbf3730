import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ReplacedFile } from "../delivery/store.ts";
import { openOutboxDatabase } from "./outbox_database.ts";
import { unusable } from "./outbox_file_error.ts";
import { inTransaction } from "./transaction.ts";
import { messageOf } from "../values/thrown.ts";

/** What was copied from one outbox into another. */
export type OutboxCopy = Pick<ReplacedFile, "deliveries" | "unread">;

const tables = ["delivery", "attempt"] as const;

/**
 * Copies what an open outbox holds into a new file. Row by row: SQLite's `VACUUM INTO` needs a
 * right of Deno's that the router does without.
 *
 * @throws {OutboxFileError} if the new file cannot be written.
 */
export function copyOutbox(from: DatabaseSync, path: string): OutboxCopy {
  const to = openOutboxDatabase(path, "full");
  try {
    // a write-ahead log would be moved into the file when that is closed, and SQLite does not
    // say whether there was room for it
    to.prepare("PRAGMA journal_mode = DELETE").get();
    return inTransaction(to, () => {
      let unread: string | undefined;
      let deliveries = 0;
      for (const table of tables) {
        const failed = (error: unknown) => {
          unread ??= messageOf(error);
        };
        const insert = insertionInto(to, table);
        for (const row of readable(from, table, failed)) {
          insert.run(...Object.values(row) as (string | number | null)[]);
          if (table === "delivery") deliveries++;
        }
      }
      return { deliveries, unread };
    });
  } catch (cause) {
    throw unusable(path, cause);
  } finally {
    to.close();
  }
}

/** Both files have the columns of a table in the same order, that of the layout. */
function insertionInto(database: DatabaseSync, table: string): StatementSync {
  const columns = database.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  const places = columns.map(() => "?").join(", ");
  return database.prepare(`INSERT INTO ${table} VALUES (${places})`);
}

/** The rows up to the first that cannot be read. */
function* readable(
  database: DatabaseSync,
  table: string,
  failed: (error: unknown) => void,
): Generator<Record<string, unknown>> {
  try {
    const rows = database.prepare(`SELECT * FROM ${table} ORDER BY rowid`).iterate();
    for (let next = rows.next(); !next.done; next = rows.next()) yield next.value;
  } catch (error) {
    failed(error);
  }
}
