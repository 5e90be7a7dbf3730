/**
 * What the threads of the delivery say to each other. All of it is plain data.
 *
 *     answering thread ── append ──► outbox thread ── stored ──► courier thread ─► targets
 *                                         ▲                           │
 *                                         └────────── settle ─────────┘
 *
 * @module
 */
import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptTally } from "./attempt_tallies.ts";
import type { AttemptReport } from "./courier_context.ts";
import type { AdminAnswer, AdminQuestion } from "./kept_delivery.ts";
import type { AttemptResult, Durability, OutboxCount, Retention } from "./outbox.ts";
import type { OutboxFigures } from "./outbox_figures.ts";
import type { Target } from "./target.ts";
import type { TargetChange } from "./target_change.ts";
import type { TargetStatus } from "./target_status.ts";

/** From the answering thread to the outbox thread. */
export type OutboxRequest =
  | {
    readonly kind: "open";
    /** The outbox's file. */
    readonly path: string;
    readonly durability: Durability;
    readonly retention: Retention;
    /** Leads to the courier thread. */
    readonly courier: MessagePort;
  }
  | { readonly kind: "append"; readonly call: number; readonly deliveries: readonly NewDelivery[] }
  /** Can the store be written? */
  | { readonly kind: "probe"; readonly call: number }
  | { readonly kind: "ask"; readonly call: number; readonly question: AdminQuestion }
  | { readonly kind: "close" };

/** From the outbox thread to the answering thread. */
export type OutboxReply =
  /** At the start, or later. */
  | { readonly kind: "opened"; readonly counts: readonly OutboxCount[] }
  /** Its path is a mistake, and nothing is tried again. */
  | { readonly kind: "openFailed"; readonly error: string }
  /** Nothing can be stored now; it is tried again. */
  | { readonly kind: "notOpen"; readonly error: string }
  /** The file was deleted or replaced, and a new one is begun. */
  | { readonly kind: "replaced"; readonly file: ReplacedFile }
  | CallEnded
  | { readonly kind: "answered"; readonly call: number; readonly answer: AdminAnswer }
  | { readonly kind: "notAnswered"; readonly call: number; readonly error: string }
  /** So many dead letters were deleted, because they are old or too many. */
  | { readonly kind: "pruned"; readonly dead: number }
  | { readonly kind: "housekeepingFailed"; readonly error: string }
  | { readonly kind: "closed"; readonly counts: readonly OutboxCount[] }
  | { readonly kind: "closeFailed"; readonly error: string };

/** What became of an outbox whose file was deleted or replaced. */
export interface ReplacedFile {
  /** What had happened to it. */
  readonly reason: string;
  /** Where the file is now that stood in its place; undefined for none. */
  readonly aside: string | undefined;
  /** How many deliveries the new file has of it. */
  readonly deliveries: number;
  /** Why the rest of it could not be read; undefined where all was. */
  readonly unread: string | undefined;
}

/** A numbered call is done, or failed. */
export interface CallEnded {
  readonly kind: "ended";
  readonly call: number;
  readonly error: string | undefined;
}

/** From the answering thread to the courier thread. */
export type CourierRequest =
  | {
    readonly kind: "start";
    readonly path: string;
    readonly targets: readonly Target[];
    /** Whether deliveries that went well are reported too. */
    readonly reportDelivered: boolean;
    /** Leads to the outbox thread. */
    readonly outbox: MessagePort;
  }
  | { readonly kind: "deliver" }
  | { readonly kind: "resume"; readonly call: number; readonly target: string }
  | {
    readonly kind: "targets";
    readonly targets: readonly Target[];
    readonly reportDelivered: boolean;
  }
  /** What does the outbox hold? Not asked of its own thread, which answers wait for. */
  | { readonly kind: "figures"; readonly call: number }
  | { readonly kind: "standings"; readonly call: number }
  | { readonly kind: "stop"; readonly within: number };

/** From the courier thread to the answering thread. */
export type CourierReply =
  | { readonly kind: "started" }
  | { readonly kind: "startFailed"; readonly error: string }
  | { readonly kind: "attempted"; readonly report: AttemptReport }
  | { readonly kind: "targetChanged"; readonly change: TargetChange }
  | { readonly kind: "tallied"; readonly tallies: readonly AttemptTally[] }
  | {
    readonly kind: "figures";
    readonly call: number;
    readonly figures: readonly OutboxFigures[];
  }
  | { readonly kind: "figuresFailed"; readonly call: number; readonly error: string }
  /** Undefined: there is no such target. */
  | { readonly kind: "resumed"; readonly call: number; readonly resumed: boolean | undefined }
  | {
    readonly kind: "standings";
    readonly call: number;
    readonly standings: readonly TargetStatus[];
  }
  | { readonly kind: "outboxFailed"; readonly error: string }
  | { readonly kind: "stopped" };

/** From the courier thread to the outbox thread. */
export interface SettleRequest {
  readonly call: number;
  readonly results: readonly AttemptResult[];
  /** The courier's time, by which those that are tried again are due, epoch milliseconds. */
  readonly now: number;
}

/** From the outbox thread to the courier thread. */
export type OutboxNotice =
  | CallEnded
  /** Its file can be opened, or is another from now on. */
  | { readonly kind: "opened" }
  | { readonly kind: "stored"; readonly targets: readonly string[] }
  /** The machine's clock was set; due times have moved with it. */
  | { readonly kind: "clockSet" };
