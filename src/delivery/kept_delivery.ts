/**
 * Deliveries as an operator sees them, and how an operator selects them.
 *
 * @module
 */
import type { AttemptRecord, StoredDelivery } from "./outbox.ts";

/** The state of a delivery: it waits, was given up, or was delivered and is kept. */
export type DeliveryStatus = "waiting" | "dead" | "delivered";

/** A delivery as an operator sees it. */
export interface KeptDelivery extends StoredDelivery {
  readonly status: DeliveryStatus;
  /** When it was delivered or given up. */
  readonly endedAt: number | undefined;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
}

/** A delivery without what it delivers, which may be long. */
export type KeptSummary = Omit<KeptDelivery, "headers" | "body">;

/** An attempt at a delivery, with its number since the delivery was stored or put back. */
export interface KeptAttempt extends AttemptRecord {
  readonly number: number;
}

/** Which deliveries are meant; what is left out means all. */
export interface DeliveryFilter {
  readonly target?: string | undefined;
  readonly command?: string | undefined;
  readonly statuses?: readonly DeliveryStatus[] | undefined;
  /** Made at this time or later, epoch milliseconds. */
  readonly madeFrom?: number | undefined;
  /** Made at this time or before, epoch milliseconds. */
  readonly madeUntil?: number | undefined;
  /** IDs, or beginnings of them. */
  readonly ids?: readonly string[] | undefined;
  /** Whole IDs. */
  readonly wholeIDs?: readonly string[] | undefined;
}

/** What an operator asks the outbox of a running router. */
export type AdminQuestion =
  | {
    readonly kind: "list";
    readonly filter: DeliveryFilter;
    /** Where the page begins: the `next` of the page before, 0 for the first. */
    readonly after: number;
    readonly limit: number;
  }
  /** One delivery, by its whole ID. */
  | { readonly kind: "show"; readonly id: string }
  /** Makes deliveries due now, whatever they were, or deletes them for good. */
  | {
    readonly kind: "retry" | "drop";
    readonly filter: DeliveryFilter;
    /** Say what would be done, and do nothing. */
    readonly dryRun: boolean;
  };

/** Deliveries in the order of storing. */
export interface DeliveryPage {
  readonly deliveries: readonly KeptSummary[];
  /** What the next page begins after; undefined if there is none. */
  readonly next: number | undefined;
}

/** One delivery and how each attempt at it went, the latest last. */
export interface ShownDelivery {
  readonly delivery: KeptDelivery;
  readonly attempts: readonly KeptAttempt[];
}

/** What a change did, or would do. */
export interface DeliveryChange {
  readonly count: number;
  /** Of a dry run, the first of them. */
  readonly first: readonly KeptSummary[];
}

/** What a question is answered with, by its kind. */
export interface AdminAnswers {
  readonly list: DeliveryPage;
  readonly show: ShownDelivery | undefined;
  readonly retry: DeliveryChange;
  readonly drop: DeliveryChange;
}

/** Any of the {@link AdminAnswers}. */
export type AdminAnswer = AdminAnswers[keyof AdminAnswers];
