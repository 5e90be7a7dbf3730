import type { NewDelivery } from "../chain/deliveries.ts";

/**
 * How much a crash may take: `full` syncs the disk before an append is done; `process` leaves that
 * to the operating system, so a crash of the process loses nothing and one of the machine may.
 */
export type Durability = "full" | "process";

/** The most text of bodies that is read at once, characters; the last body may go beyond it. */
export const mostText = 8 * 1024 * 1024;

/** The text of the bodies of deliveries, characters. */
export function textOf(deliveries: readonly Pick<NewDelivery, "body">[]): number {
  return deliveries.reduce((sum, { body }) => sum + body.length, 0);
}

/** Names a delivery in its store. What it is made of is the store's business. */
export type StoreID = number | string;

/** A delivery that waits in the outbox. */
export interface StoredDelivery extends NewDelivery {
  readonly storeID: StoreID;
  /** How often it was tried since it was stored, or since an operator put it back. */
  readonly attempts: number;
  /** When it is tried next, or should have been tried last; epoch milliseconds. */
  readonly dueAt: number;
}

/** How an attempt went, kept for the operator. */
export interface AttemptRecord {
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** How long it took, milliseconds. */
  readonly duration: number;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** Why it failed, if it did. */
  readonly error: string | undefined;
  /** The text of the answer, cut. */
  readonly answer: string | undefined;
}

/** What became of an attempt, to be written down. */
export type AttemptResult =
  & { readonly storeID: StoreID; readonly attempt?: AttemptRecord }
  & (
    | { readonly kind: "delivered" }
    | {
      readonly kind: "retry";
      readonly attempts: number;
      /** Milliseconds from now on until it is tried again. */
      readonly retryIn: number;
      readonly error: string;
    }
    /** Given up, and kept for the operator as a dead letter. */
    | { readonly kind: "dead"; readonly attempts: number; readonly error: string }
  );

/**
 * The durable queue of deliveries, as the courier needs it; `stores/` has what satisfies this.
 *
 * A claimed delivery is given to nobody else until it is settled or released, or until its lease is
 * over. Times are waits in milliseconds: the store alone knows what its clock says.
 */
export interface Outbox {
  /**
   * Stores deliveries in one transaction; resolves when a crash cannot lose them any more. Returns
   * those that may be sent now, and claims them. The others wait behind an earlier one of their key.
   */
  append(deliveries: readonly NewDelivery[], lease: number): Promise<readonly StoredDelivery[]>;
  /**
   * Claims the oldest due deliveries of a target. Those of one order key come in the order of
   * storing, and none comes while an earlier one of its key waits for a retry; dead letters hold up
   * nothing. If fewer than `count` come, there are no more, or their bodies have `mostText` together.
   * `overdueBy` asks for those alone that have been due for so long.
   */
  claim(
    target: string,
    count: number,
    lease: number,
    options?: { readonly overdueBy?: number },
  ): Promise<readonly StoredDelivery[]>;
  /** Gives claimed deliveries back, as if they had not been claimed. */
  release(ids: readonly StoreID[]): Promise<void>;
  /** How long until the next unclaimed delivery of a target is due; undefined if none waits. */
  nextDue(target: string): Promise<number | undefined>;
  /** Writes down what became of attempts, in one transaction, and ends their claims. */
  settle(results: readonly AttemptResult[]): Promise<void>;
  /**
   * Writes to the store without changing what it holds.
   *
   * @throws if it cannot be written, such as on a full disk.
   */
  probe(): Promise<void>;
  /** How many deliveries wait and how many are dead letters, per target. */
  counts(): Promise<readonly OutboxCount[]>;
  /** The first stored delivery that waits, per target that any waits for. */
  oldest(): Promise<readonly OldestWaiting[]>;
}

/** How long ended deliveries are kept for the operator. */
export interface Retention {
  /** Milliseconds that a delivered one is kept; undefined if it is deleted at once. */
  readonly delivered: number | undefined;
  /** Milliseconds that a dead letter is kept. */
  readonly dead: number;
  /** The most that are kept of either; beyond it the oldest go. */
  readonly most: number;
}

/** What the outbox holds for one target. */
export interface OutboxCount {
  readonly target: string;
  readonly waiting: number;
  readonly dead: number;
}

/** The first stored delivery that waits for a target. */
export interface OldestWaiting {
  readonly target: string;
  /** When it was made, epoch milliseconds. */
  readonly createdAt: number;
}
