/** Deliveries one by one, as an operator looks after them; `delivery/` has what satisfies this. */
export interface OperatorDeliveries {
  /** Deliveries in a state, the oldest first. */
  list(query: DeliveryQuery): Promise<readonly DeliverySummary[]>;
  /** One delivery with its body; undefined where the outbox does not hold it. */
  show(id: string): Promise<DeliveryDetails | undefined>;
  /** Makes a delivery due now, a dead letter too; false where the outbox does not hold it. */
  retry(id: string): Promise<boolean>;
  /** Deletes a delivery, delivered or not; false where the outbox does not hold it. */
  drop(id: string): Promise<boolean>;
}

/** Which deliveries are asked for. */
export interface DeliveryQuery {
  readonly state: "waiting" | "dead";
  /** Those of one target; those of all where it is undefined. */
  readonly target?: string | undefined;
  readonly limit: number;
}

/** A delivery without what it delivers. */
export interface DeliverySummary {
  readonly id: string;
  readonly target: string;
  readonly command: string;
  readonly operationID: string;
  readonly state: "waiting" | "dead";
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** How often it has been tried. */
  readonly attempts: number;
  /** When it is tried next, epoch milliseconds; undefined for a dead letter. */
  readonly dueAt?: number | undefined;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
}

/** A delivery with what it delivers. Its headers are left out: they may be secrets. */
export interface DeliveryDetails extends DeliverySummary {
  readonly body: string;
}
