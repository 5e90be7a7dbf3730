/**
 * What the answering thread and the delivery thread ask and report. All of it is plain data.
 *
 *     answering thread ── append ──► delivery thread: store ──► courier ──► targets
 *
 * @module
 */
import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptTally } from "./attempt_tallies.ts";
import type { AttemptReport } from "./courier_context.ts";
import type { AdminAnswer, AdminQuestion } from "./kept_delivery.ts";
import type { Durability, OutboxCount, Retention } from "./outbox.ts";
import type { OutboxFigures } from "./outbox_figures.ts";
import type { ReplacedFile } from "./store.ts";
import type { Target } from "./target.ts";
import type { TargetChange } from "./target_change.ts";
import type { TargetStatus } from "./target_status.ts";

/** What the delivery thread needs to know. */
export interface DeliverySettings {
  /** The outbox's file. */
  readonly path: string;
  readonly durability: Durability;
  readonly retention: Retention;
  readonly targets: readonly Target[];
  /** Whether deliveries that went well are reported too. */
  readonly reportDelivered: boolean;
}

/** The settings that may change while it runs. */
export type ChangingSettings = Pick<DeliverySettings, "targets" | "reportDelivered">;

/** What the delivery thread is asked. */
export interface DeliveryCalls {
  /** Opens the store; returns what it holds, nothing if it cannot be opened now. */
  start(settings: DeliverySettings): Promise<readonly OutboxCount[]>;
  /** Begins to deliver. */
  deliver(): void;
  /** Stores deliveries in one transaction; resolves when a crash cannot lose them any more. */
  append(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Writes to the store without changing what it holds. */
  probe(): Promise<void>;
  ask(question: AdminQuestion): Promise<AdminAnswer>;
  figures(): Promise<readonly OutboxFigures[]>;
  targetStatuses(): readonly TargetStatus[];
  /** False if the target was neither disabled nor left alone, undefined if there is none. */
  resume(target: string): boolean | undefined;
  retarget(settings: ChangingSettings): void;
  /** Starts no attempt any more, and waits for those under way, at most `within` milliseconds. */
  stopDelivering(within: number): Promise<void>;
  /** Closes the store; returns what remains. */
  close(): Promise<readonly OutboxCount[]>;
}

/** What the delivery thread reports. */
export interface DeliveryEvents {
  attempted(report: AttemptReport): void;
  targetChanged(change: TargetChange): void;
  /** Attempts of the last quarter of a second, those that are reported as well. */
  tallied(tallies: readonly AttemptTally[]): void;
  outboxFailed(error: Error): void;
  /** Nothing can be stored, and the store is tried again; reported once for each reason. */
  storeNotOpen(error: Error): void;
  /** The store could be opened after all; what it held then. */
  storeOpened(counts: readonly OutboxCount[]): void;
  /** The store's file was deleted or replaced, and a new one is begun. */
  fileReplaced(file: ReplacedFile): void;
  /** Dead letters were deleted, because they are old or too many. */
  deadLettersDeleted(count: number): void;
}
