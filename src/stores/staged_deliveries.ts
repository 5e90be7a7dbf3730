import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type PackedDeliveries, unpacked } from "../delivery/packed_deliveries.ts";
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
  readonly #last: StatementSync;

  constructor(database: DatabaseSync, insertion = new DeliveryInsertion(database)) {
    this.#insertion = insertion;
    this.#add = database.prepare(
      "INSERT INTO staged (last_sequence, target, count, oldest, json) VALUES (?, ?, ?, ?, ?)",
    );
    this.#first = database.prepare(`
      SELECT last_sequence, target, count, oldest, json FROM staged ORDER BY last_sequence LIMIT 1`);
    this.#delete = database.prepare("DELETE FROM staged WHERE last_sequence = ?");
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
    let count = 0;
    for (;;) {
      const pack = this.#first.get();
      if (pack === undefined || count >= least) {
        return { count, targets: [...targets], next: pack?.oldest as number | undefined };
      }
      const last = pack.last_sequence as number;
      const deliveries = unpacked({ json: pack.json as string });
      this.#insertion.insert(deliveries, last - deliveries.length + 1);
      this.#delete.run(last);
      targets.add(pack.target as string);
      count += deliveries.length;
    }
  }
}
