import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Retention } from "../delivery/outbox.ts";
import { states } from "./outbox_layout.ts";
import type { Removal } from "./removal.ts";

/** How many deliveries were deleted. */
export interface PrunedCount {
  readonly delivered: number;
  readonly dead: number;
}

/** Deletes ended deliveries by age and by number. */
export class Pruning {
  readonly #removal: Removal;
  readonly #oldest: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync, removal: Removal) {
    this.#removal = removal;
    // "state <> 0" is what the index of ended deliveries is made for
    this.#oldest = database.prepare(`
      SELECT sequence FROM delivery WHERE state = ? AND state <> 0 AND ended_at <= ?
      ORDER BY ended_at, sequence LIMIT ?`);
    this.#count = database.prepare(
      "SELECT count(*) AS count FROM delivery WHERE state = ? AND state <> 0",
    );
  }

  /** Deletes at most `limit` of each state, within a transaction of the caller's. */
  prune({ delivered, dead, most }: Retention, now: number, limit: number): PrunedCount {
    return {
      delivered: this.#pruneState(states.delivered, now - (delivered ?? 0), most, limit),
      dead: this.#pruneState(states.dead, now - dead, most, limit),
    };
  }

  #pruneState(state: number, before: number, most: number, limit: number): number {
    const old = this.#oldest.all(state, before, limit);
    const excess = (this.#count.get(state)?.count as number) - most;
    const many = excess > old.length
      ? this.#oldest.all(state, Number.MAX_SAFE_INTEGER, Math.min(excess, limit))
      : old;
    this.#removal.remove(many.map(({ sequence }) => sequence as number));
    return many.length;
  }
}
