/** Deliveries one by one, as an operator looks after them. Its methods reject with an {@link OutboxUnavailable}. */
export interface OperatorDeliveries {
  /** Deliveries in the order of storing, a page of them. */
  list(query: DeliveryQuery): Promise<DeliveryPage>;
  /** One delivery with all that is known of it; undefined if the outbox does not hold it. */
  show(id: string): Promise<DeliveryDetails | undefined>;
  /** Makes deliveries due now, whatever they were. */
  retry(choice: DeliveryChoice): Promise<DeliveryChange>;
  /** Deletes deliveries for good, delivered or not. */
  drop(choice: DeliveryChoice): Promise<DeliveryChange>;
}

/** The outbox could not do what was asked, or not to its end. */
export class OutboxUnavailable extends Error {
  override readonly name = "OutboxUnavailable";
}

/** Where a delivery is: it waits, was given up, or was delivered and is kept. */
export type DeliveryStatus = "waiting" | "dead" | "delivered";

/** Which deliveries are meant; what is left out means all. */
export interface DeliveryFilter {
  /** Whole IDs. */
  readonly ids?: readonly string[] | undefined;
  readonly target?: string | undefined;
  /** The canonical name. */
  readonly command?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** Made at this time or later, epoch milliseconds. */
  readonly madeFrom?: number | undefined;
  /** Made at this time or before, epoch milliseconds. */
  readonly madeUntil?: number | undefined;
}

/** A page of deliveries that is asked for. */
export interface DeliveryQuery extends DeliveryFilter {
  /** The `next` of the page before; 0 for the first. */
  readonly after: number;
  readonly limit: number;
}

/** A page of deliveries. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliverySummary[];
  /** What the next page is asked for with; undefined if there is none. */
  readonly next?: number | undefined;
}

/** The deliveries to be changed. */
export interface DeliveryChoice extends DeliveryFilter {
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What a change did, or would do. */
export interface DeliveryChange {
  readonly count: number;
  /** Of a dry run, the first of them. */
  readonly first: readonly DeliverySummary[];
}

/** A delivery without what it delivers. */
export interface DeliverySummary {
  readonly id: string;
  readonly target: string;
  readonly command: string;
  readonly operationID: string;
  /** Deliveries of one key arrive in their order; empty without one. */
  readonly orderKey: string;
  readonly status: DeliveryStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** How often it has been tried. */
  readonly attempts: number;
  /** When it is tried next, epoch milliseconds; of no meaning if it has ended. */
  readonly dueAt: number;
  /** When it was delivered or given up, epoch milliseconds. */
  readonly endedAt?: number | undefined;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
}

/** A delivery with all that an operator is shown. */
export interface DeliveryDetails extends DeliverySummary {
  /** The headers of the next attempt; what may be a secret is masked. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The latest last; of very many only the latest are kept. */
  readonly tries: readonly DeliveryAttempt[];
}

/** How an attempt went. */
export interface DeliveryAttempt {
  /** Counted since the delivery was stored or put back. */
  readonly number: number;
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** Milliseconds. */
  readonly duration: number;
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
  /** Why it failed, if it did. */
  readonly error?: string | undefined;
  /** The text of the answer, cut. */
  readonly answer?: string | undefined;
}
