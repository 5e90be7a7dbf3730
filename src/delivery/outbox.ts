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

/** A delivery that waits in the outbox. */
export interface StoredDelivery extends NewDelivery {
  /** Its place in the outbox, in the order of storing. */
  readonly sequence: number;
  /** How often it has been tried since it was stored, or put back by an operator. */
  readonly attempts: number;
  /** When it is tried next, or was to be tried last; epoch milliseconds. */
  readonly dueAt: number;
}

/** How an attempt went, kept for the operator. */
export interface AttemptRecord {
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** How long it took, milliseconds. */
  readonly duration: number;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Why it failed, if it did. */
  readonly error: string | undefined;
  /** The text of the answer, cut. */
  readonly answer: string | undefined;
}

/** What became of an attempt, to be written down. */
export type AttemptResult =
  & { readonly attempt?: AttemptRecord }
  & (
    | { readonly kind: "delivered"; readonly sequence: number }
    | {
      /** To be tried again at `dueAt`, epoch milliseconds. */
      readonly kind: "retry";
      readonly sequence: number;
      readonly attempts: number;
      readonly dueAt: number;
      readonly error: string;
    }
    | {
      /** Given up; kept for the operator as a dead letter. */
      readonly kind: "dead";
      readonly sequence: number;
      readonly attempts: number;
      readonly error: string;
    }
  );

/** The durable queue of deliveries, as the courier needs it; `stores/` has what satisfies this. */
export interface Outbox {
  /** Stores deliveries in one transaction; resolves when a crash cannot lose them any more. */
  append(deliveries: readonly NewDelivery[]): Promise<void>;
  /**
   * The oldest due deliveries of a target, without those that the courier holds already. Those of
   * one order key come in the order of storing, and none while an earlier one of its key waits for
   * a retry; where fewer than `limit` come, there are no more, or their bodies have `mostText`
   * together. Dead letters hold up nothing.
   */
  due(
    target: string,
    now: number,
    limit: number,
    held: ReadonlySet<number>,
  ): Promise<readonly StoredDelivery[]>;
  /** When the next delivery of a target is due, epoch milliseconds; undefined when none waits. */
  nextDue(target: string, held: ReadonlySet<number>): Promise<number | undefined>;
  /** Writes down what became of attempts, in one transaction. */
  settle(results: readonly AttemptResult[]): Promise<void>;
  /**
   * Writes to the store without changing what it holds.
   *
   * @throws where it cannot be written, such as on a full disk.
   */
  probe(): Promise<void>;
  /** How many deliveries wait and how many are dead letters, per target. */
  counts(): Promise<readonly OutboxCount[]>;
  /** The oldest delivery that waits, per target that any waits for. */
  oldest(): Promise<readonly OldestWaiting[]>;
  close(): Promise<void>;
}

/** How long ended deliveries are kept for the operator. */
export interface Retention {
  /** Milliseconds that a delivered one is kept; undefined where it is deleted at once. */
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

/** The oldest delivery that waits for a target. */
export interface OldestWaiting {
  readonly target: string;
  /** When it was made, epoch milliseconds. */
  readonly createdAt: number;
}
