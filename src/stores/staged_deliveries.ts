import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type DamagedPack,
  type PackedDeliveries,
  unpacked,
} from "../delivery/packed_deliveries.ts";
import type { QueuedPacks } from "../delivery/staging.ts";
import { DeliveryInsertion } from "./delivery_insertion.ts";
import { Savepoint } from "./transaction.ts";

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
  readonly #savepoint: Savepoint;

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
    this.#left = database.prepare("SELECT DISTINCT target FROM staged WHERE damaged = 0");
    this.#savepoint = new Savepoint(database);
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
      if (this.#insert(pack.json as string, { target, count, last })) {
        this.#delete.run(last);
        targets.add(target);
        queued += count;
      } else {
        this.#setAside.run(last);
        damaged.push({ target, count });
      }
    }
    return {
      targets: [...targets],
      next: pack?.oldest as number | undefined,
      left: this.#left.all().map(({ target }) => target as string),
      damaged,
    };
  }

  /** Whether a pack could be read whole, and is queued. */
  #insert(
    json: string,
    { target, count, last }: DamagedPack & { readonly last: number },
  ): boolean {
    return this.#savepoint.within(() => {
      const deliveries = unpacked({ json });
      if (deliveries.length !== count || deliveries.some((one) => one.target !== target)) {
        throw new RangeError("the pack holds something else than was staged");
      }
      this.#insertion.insert(deliveries, last - count + 1);
    }, isOfThePack);
  }
}

/** SQLite's numbers for what a value itself makes impossible: it broke a constraint, or is no value of its column. */
const refusals = new Set([19, 20]);

/** Whether it failed at what is in the pack, and not at the disk or at who else writes the file. */
function isOfThePack(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined || refusals.has(errcode % 256);
}
