// deno-lint-ignore-file require-await -- the interface is for stores that wait as well
import type { Clock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import type {
  AttemptResult,
  OldestWaiting,
  Outbox,
  OutboxCount,
  StoredDelivery,
  StoreID,
} from "../delivery/outbox.ts";
import type { SqliteOutbox } from "./sqlite_outbox.ts";

/**
 * A file with the claims of the one courier that it has. They are in memory: with the process that
 * made them they end. What has to do with time goes by a clock that the file's times follow.
 */
export class LeasedOutbox implements Outbox {
  readonly #file: SqliteOutbox;
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  /** The target of each claimed delivery, and the end of its claim by the monotonic clock. */
  readonly #claims = new Map<StoreID, { readonly target: string; readonly until: number }>();

  constructor(file: SqliteOutbox, clock: Pick<Clock, "now" | "monotonic">) {
    this.#file = file;
    this.#clock = clock;
  }

  async append(
    deliveries: readonly NewDelivery[],
    lease: number,
  ): Promise<readonly StoredDelivery[]> {
    const now = this.#clock.now();
    return this.#claim(this.#file.append(deliveries).filter(({ dueAt }) => dueAt <= now), lease);
  }

  async claim(
    target: string,
    count: number,
    lease: number,
    { overdueBy = 0 }: { readonly overdueBy?: number } = {},
  ): Promise<readonly StoredDelivery[]> {
    const due = this.#file.due(target, this.#clock.now() - overdueBy, count, this.#claimed(target));
    return this.#claim(due, lease);
  }

  async release(ids: readonly StoreID[]): Promise<void> {
    for (const id of ids) this.#claims.delete(id);
  }

  async nextDue(target: string): Promise<number | undefined> {
    const dueAt = this.#file.nextDue(target, this.#claimed(target));
    return dueAt === undefined ? undefined : Math.max(0, dueAt - this.#clock.now());
  }

  async settle(results: readonly AttemptResult[]): Promise<void> {
    this.#file.settle(results, this.#clock.now());
    for (const { storeID } of results) this.#claims.delete(storeID);
  }

  async probe(): Promise<void> {
    this.#file.probe();
  }

  async counts(): Promise<readonly OutboxCount[]> {
    return this.#file.counts();
  }

  async oldest(): Promise<readonly OldestWaiting[]> {
    return this.#file.oldest();
  }

  #claim(deliveries: readonly StoredDelivery[], lease: number): readonly StoredDelivery[] {
    const until = this.#clock.monotonic() + lease;
    for (const { storeID, target } of deliveries) this.#claims.set(storeID, { target, until });
    return deliveries;
  }

  /** What is claimed now of a target's deliveries. */
  #claimed(target: string): ReadonlySet<StoreID> {
    const now = this.#clock.monotonic();
    const claimed = new Set<StoreID>();
    for (const [id, claim] of this.#claims) {
      if (claim.until <= now) this.#claims.delete(id);
      else if (claim.target === target) claimed.add(id);
    }
    return claimed;
  }
}
