import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewDelivery } from "../chain/deliveries.ts";
import {
  type DamagedPack,
  type PackedDeliveries,
  unpacked,
} from "../delivery/packed_deliveries.ts";
import type { QueuedPacks } from "../delivery/staging.ts";
import { DeliveryInsertion } from "./delivery_insertion.ts";

/**
 * The stage: packs of deliveries as they came, in a table of their own. They are as safe there as in
 * the queue, at a fraction of the price, and nobody sends them before they are queued.
 */
export class StagedDeliveries {
  readonly #insertion: DeliveryInsertion;
  readonly #add: StatementSync;
  readonly #first: StatementSync;
  readonly #delete: StatementSync;
  readonly #setAside: StatementSync;
  readonly #last: StatementSync;
  readonly #left: StatementSync;

  constructor(database: DatabaseSync, insertion = new DeliveryInsertion(database, Date.now)) {
    this.#insertion = insertion;
    this.#add = database.prepare(
      "INSERT INTO staged (last_sequence, target, count, oldest, json) VALUES (?, ?, ?, ?, ?)",
    );
    this.#first = database.prepare(`
      SELECT last_sequence, target, count, oldest, json FROM staged WHERE damaged = 0
      ORDER BY last_sequence LIMIT 1`);
    this.#delete = database.prepare("DELETE FROM staged WHERE last_sequence = ?");
    this.#setAside = database.prepare("UPDATE staged SET damaged = 1 WHERE last_sequence = ?");
    // from one target to the next, however many packs each has
    this.#left = database.prepare(`
      WITH RECURSIVE next (target) AS (
        SELECT min(target) FROM staged WHERE damaged = 0
        UNION ALL
        SELECT (SELECT min(target) FROM staged WHERE damaged = 0 AND target > next.target)
        FROM next WHERE target IS NOT NULL)
      SELECT target FROM next WHERE target IS NOT NULL`);
    this.#last = database.prepare("SELECT max(last_sequence) AS last FROM staged");
  }

  /** The highest sequence on the stage; 0 where that is empty. */
  get lastSequence(): number {
    return this.#last.get()?.last as number | null ?? 0;
  }

  /**
   * Adds packs, whose deliveries get the sequences after `last`, within a transaction of the
   * caller's; returns the last of them.
   */
  add(packs: readonly PackedDeliveries[], last: number): number {
    let sequence = last;
    for (const { target, count, oldest, json } of packs) {
      sequence += count;
      this.#add.run(sequence, target, count, oldest, json);
    }
    return sequence;
  }

  /**
   * Queues deliveries of whole packs, the oldest first, at least so many where there are as many,
   * within a transaction of the caller's.
   */
  queue(least: number): QueuedPacks {
    const targets = new Set<string>();
    const damaged: DamagedPack[] = [];
    let queued = 0;
    let pack = this.#first.get();
    for (; pack !== undefined && queued < least; pack = this.#first.get()) {
      const last = pack.last_sequence as number;
      const target = pack.target as string;
      const count = pack.count as number;
      const deliveries = readable(pack.json as string, { target, count });
      if (deliveries === undefined) {
        this.#setAside.run(last);
        damaged.push({ target, count });
        continue;
      }
      this.#insertion.insert(deliveries, last - count + 1);
      this.#delete.run(last);
      targets.add(target);
      queued += count;
    }
    return {
      targets: [...targets],
      next: pack?.oldest as number | undefined,
      left: this.#left.all().map(({ target }) => target as string),
      damaged,
    };
  }
}

/** The deliveries of a pack; undefined where the file does not hold any more what was staged. */
function readable(
  json: string,
  { target, count }: DamagedPack,
): readonly NewDelivery[] | undefined {
  try {
    const deliveries = unpacked({ json });
    const whole = deliveries.length === count &&
      deliveries.every((delivery) => delivery.target === target && isWhole(delivery));
    return whole ? deliveries : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the queue can take it: looked at before, so that an error of SQLite's is the disk's. */
function isWhole(delivery: NewDelivery): boolean {
  const { id, command, operationID, orderKey, createdAt, headers, body, trace } = delivery;
  return typeof id === "string" && typeof command === "string" &&
    typeof operationID === "string" && typeof orderKey === "string" &&
    Number.isSafeInteger(createdAt) && typeof headers === "object" && headers !== null &&
    typeof body === "string" &&
    (trace === undefined || typeof trace.traceparent === "string" &&
        typeof (trace.tracestate ?? "") === "string");
}
