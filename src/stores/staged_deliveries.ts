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

  constructor(database: DatabaseSync, insertion = new DeliveryInsertion(database)) {
    this.#insertion = insertion;
    this.#add = database.prepare(
      "INSERT INTO staged (last_sequence, target, count, oldest, json) VALUES (?, ?, ?, ?, ?)",
    );
    this.#first = database.prepare(`
      SELECT last_sequence, target, count, oldest, json FROM staged WHERE damaged = 0
      ORDER BY last_sequence LIMIT 1`);
    this.#delete = database.prepare("DELETE FROM staged WHERE last_sequence = ?");
    this.#setAside = database.prepare("UPDATE staged SET damaged = 1 WHERE last_sequence = ?");
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
    const counts = new Map<string, number>();
    const damaged: DamagedPack[] = [];
    let queued = 0;
    for (;;) {
      const pack = this.#first.get();
      if (pack === undefined || queued >= least) {
        return { counts, next: pack?.oldest as number | undefined, damaged };
      }
      const last = pack.last_sequence as number;
      const target = pack.target as string;
      const deliveries = readable(pack.json as string);
      if (deliveries === undefined) {
        this.#setAside.run(last);
        damaged.push({ target, count: pack.count as number });
        continue;
      }
      this.#insertion.insert(deliveries, last - deliveries.length + 1);
      this.#delete.run(last);
      counts.set(target, (counts.get(target) ?? 0) + deliveries.length);
      queued += deliveries.length;
    }
  }
}

/** The deliveries of a pack; undefined where the file is damaged there. */
function readable(json: string): readonly NewDelivery[] | undefined {
  try {
    return unpacked({ json });
  } catch {
    return undefined;
  }
}
