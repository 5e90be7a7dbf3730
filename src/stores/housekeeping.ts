import type { Clock } from "../chain/clock.ts";
import type { Retention } from "../delivery/outbox.ts";
import type { PrunedCount } from "./pruning.ts";
import type { SqliteOutbox } from "./sqlite_outbox.ts";

/** How long the outbox is left alone, milliseconds. */
const pause = 5000;
/** How long others may write between two parts of the work, milliseconds. */
const gap = 20;
/** Deliveries that are deleted in one transaction. */
const deletedAtOnce = 500;
/** Pages that are given back at once: 1 MiB. */
const pagesAtOnce = 256;

/** What housekeeping reports. */
export interface HousekeepingEvents {
  readonly pruned: (count: PrunedCount) => void;
  readonly failed: (error: Error) => void;
}

/** Keeps the outbox's file small: deletes what was kept long enough, gives empty pages back. */
export class Housekeeping {
  readonly #outbox: Pick<SqliteOutbox, "prune" | "shrink">;
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #events: HousekeepingEvents;
  #cancel: () => void;

  /** Begins at once. */
  constructor(
    outbox: Pick<SqliteOutbox, "prune" | "shrink">,
    retention: Retention,
    clock: Clock,
    events: HousekeepingEvents,
  ) {
    this.#outbox = outbox;
    this.#retention = retention;
    this.#clock = clock;
    this.#events = events;
    this.#cancel = clock.after(gap, () => this.#work());
  }

  /** Ends it; between two of its parts nothing is left half done. */
  stop(): void {
    this.#cancel();
  }

  #work(): void {
    const more = this.#tidy();
    this.#cancel = this.#clock.after(more ? gap : pause, () => this.#work());
  }

  /** Does a part of the work; returns whether there is more. */
  #tidy(): boolean {
    try {
      const pruned = this.#outbox.prune(this.#retention, this.#clock.now(), deletedAtOnce);
      if (pruned.delivered + pruned.dead > 0) this.#events.pruned(pruned);
      const full = Math.max(pruned.delivered, pruned.dead) === deletedAtOnce;
      return this.#outbox.shrink(pagesAtOnce) || full;
    } catch (error) {
      this.#events.failed(error as Error);
      return false;
    }
  }
}
