/**
 * The layout of the outbox's file, and how a file of an older one is brought to it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { DeliveryStatus } from "../delivery/kept_delivery.ts";
import { OutboxFileError } from "./outbox_file_error.ts";
import { moveStagedDeliveries } from "./staged_migration.ts";

// without AUTOINCREMENT, whose own table would be one more page to write for every commit: the
// writer sees to it that a number is not taken again while it runs
const layout1 = `
  CREATE TABLE delivery (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    target       TEXT NOT NULL,
    command      TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         TEXT NOT NULL,
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    dead         INTEGER NOT NULL DEFAULT 0,
    error        TEXT
  ) STRICT;
  CREATE INDEX delivery_due ON delivery (target, due_at, sequence) WHERE dead = 0;
`;

/**
 * `state` is one of {@link states}. `leading` is 1 if no earlier delivery of the same target and order
 * key waits, and always if the key is empty: only those are in the index of what is due, so that a key
 * with a failing delivery costs nothing however many wait behind it. Triggers keep that true when a
 * delivery ends or is put back; `Removal` does when it is deleted. The body is last, so that the
 * columns before it can be read without it.
 */
const layout2 = `
  CREATE TABLE delivery_2 (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    target       TEXT NOT NULL,
    command      TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    order_key    TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    state        INTEGER NOT NULL DEFAULT 0,
    leading      INTEGER NOT NULL DEFAULT 1,
    ended_at     INTEGER,
    error        TEXT,
    headers      TEXT NOT NULL,
    body         TEXT NOT NULL
  ) STRICT;
  INSERT INTO delivery_2 (sequence, id, target, command, operation_id, created_at, due_at,
      attempts, state, ended_at, error, headers, body)
    SELECT sequence, id, target, command, operation_id, created_at, due_at,
      attempts, dead, iif(dead, due_at, NULL), error, headers, body
    FROM delivery;
  DROP TABLE delivery;
  ALTER TABLE delivery_2 RENAME TO delivery;
  CREATE INDEX delivery_due ON delivery (target, due_at, sequence)
    WHERE state = 0 AND leading = 1;
  CREATE INDEX delivery_order ON delivery (target, order_key, sequence)
    WHERE state = 0 AND order_key <> '';
  CREATE INDEX delivery_ended ON delivery (state, ended_at) WHERE state <> 0;

  CREATE TABLE attempt (
    sequence INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    status   INTEGER,
    error    TEXT,
    answer   TEXT
  ) STRICT;
  CREATE INDEX attempt_delivery ON attempt (sequence, number);

  CREATE TRIGGER attempts_bounded AFTER INSERT ON attempt WHEN NEW.number > 20 BEGIN
    DELETE FROM attempt WHERE sequence = NEW.sequence AND number <= NEW.number - 20;
  END;

  CREATE TRIGGER waiting_ended AFTER UPDATE OF state ON delivery
    WHEN NEW.order_key <> '' AND OLD.state = 0 AND NEW.state <> 0
  BEGIN
    UPDATE delivery SET leading = 1 WHERE sequence = (
      SELECT min(sequence) FROM delivery
      WHERE target = NEW.target AND order_key = NEW.order_key AND order_key <> '' AND state = 0);
  END;
  CREATE TRIGGER put_back AFTER UPDATE OF state ON delivery
    WHEN NEW.order_key <> '' AND OLD.state <> 0 AND NEW.state = 0
  BEGIN
    UPDATE delivery SET leading = NOT EXISTS (
      SELECT 1 FROM delivery
      WHERE target = NEW.target AND order_key = NEW.order_key AND order_key <> '' AND state = 0
        AND sequence < NEW.sequence)
      WHERE sequence = NEW.sequence;
    UPDATE delivery SET leading = 0 WHERE sequence = (
      SELECT min(sequence) FROM delivery
      WHERE target = NEW.target AND order_key = NEW.order_key AND order_key <> '' AND state = 0
        AND sequence > NEW.sequence);
  END;
`;

/** The trace that a delivery's attempts belong to, if it has one. */
const layout3 = `
  ALTER TABLE delivery ADD COLUMN traceparent TEXT;
  ALTER TABLE delivery ADD COLUMN tracestate TEXT;
`;

/**
 * Packs of deliveries that were held back, in the order of storing. `last_sequence` is the number of
 * the last delivery of a pack; those before it have the numbers before it.
 */
const layout4 = `
  CREATE TABLE staged (
    last_sequence INTEGER PRIMARY KEY,
    target        TEXT NOT NULL,
    count         INTEGER NOT NULL,
    oldest        INTEGER NOT NULL,
    json          TEXT NOT NULL
  ) STRICT;
`;

/** A pack that cannot be read is marked, so that others do not wait for it. */
const layout5 = `
  ALTER TABLE staged ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX staged_target ON staged (target) WHERE damaged = 0;
`;

/** With the target, so that dead letters can be counted without a look at each. */
const layout7 = `
  DROP INDEX delivery_ended;
  CREATE INDEX delivery_ended ON delivery (state, ended_at, target) WHERE state <> 0;
`;

/** What brings a file of each layout to the next, from the empty file on: SQL, or a function. */
const migrations = [
  layout1,
  layout2,
  layout3,
  layout4,
  layout5,
  moveStagedDeliveries,
  layout7,
] as const;

/** The layout that this router writes, as `PRAGMA user_version` counts it. */
export const layoutVersion = migrations.length;

/** What the column `state` holds. */
export const states = { waiting: 0, dead: 1, delivered: 2 } as const satisfies Readonly<
  Record<DeliveryStatus, number>
>;

/**
 * The layout of a file, 0 for an empty one.
 *
 * @throws {OutboxFileError} for another program's database and for a newer layout.
 */
export function layoutOf(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  const names = database.prepare("SELECT name FROM sqlite_schema").all().map(({ name }) => name);
  const empty = names.length === 0 && version === 0;
  if (!empty && (version === 0 || !names.includes("delivery"))) {
    throw new OutboxFileError(
      `${path} is not an outbox but a database of something else: name another file`,
    );
  }
  if (version > layoutVersion) {
    throw new OutboxFileError(
      `the outbox ${path} has layout ${version}, this router knows ${layoutVersion}: ` +
        "run the version that wrote it, or name another file",
    );
  }
  return version;
}

/**
 * Looks at a file, within a transaction of the caller's, and brings it to this layout unless it must
 * not be changed; returns the layout that it had, 0 for an empty file.
 *
 * @throws {OutboxFileError} for another program's database and for a newer layout.
 */
export function prepareLayout(
  database: DatabaseSync,
  path: string,
  { change }: { readonly change: boolean } = { change: true },
): number {
  const version = layoutOf(database, path);
  if (version === layoutVersion) return version;
  if (!change) {
    throw new OutboxFileError(
      `the outbox ${path} has layout ${version}, not ${layoutVersion}: ` +
        "start this version of the router once, which brings it up to date",
    );
  }
  for (const migration of migrations.slice(version)) {
    if (typeof migration === "string") database.exec(migration);
    else migration(database);
  }
  database.exec(`PRAGMA user_version = ${layoutVersion}`);
  return version;
}
