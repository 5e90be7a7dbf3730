import type {
  DeliveryChange,
  DeliveryFilter,
  DeliveryPage,
  KeptAttempt,
  KeptDelivery,
} from "../../delivery/kept_delivery.ts";

/**
 * Deliveries one by one, as an operator looks after them. Its methods reject with an
 * {@link OutboxUnavailable}.
 */
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

/** A page of deliveries that is asked for. */
export interface DeliveryQuery extends DeliveryFilter {
  /** The `next` of the page before; 0 for the first. */
  readonly after: number;
  readonly limit: number;
}

/** The deliveries to be changed. */
export interface DeliveryChoice extends DeliveryFilter {
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** A delivery with all that an operator is shown: the headers are those of its next attempt. */
export interface DeliveryDetails extends KeptDelivery {
  /** The latest last; of very many only the latest are kept. */
  readonly tries: readonly KeptAttempt[];
}
