/**
 * What the answering thread and the delivery thread say to each other. All of it is plain data.
 *
 * @module
 */
import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptReport } from "./courier_context.ts";
import type { OutboxCount } from "./outbox.ts";
import type { Target } from "./target.ts";

/** To the delivery thread. */
export type ThreadRequest =
  | {
    readonly kind: "start";
    /** The outbox's file. */
    readonly path: string;
    readonly durability: "full" | "process";
    readonly targets: readonly Target[];
    /** Whether deliveries that went well are reported too. */
    readonly reportDelivered: boolean;
  }
  | { readonly kind: "append"; readonly batch: number; readonly deliveries: readonly NewDelivery[] }
  | { readonly kind: "stop"; readonly within: number };

/** From the delivery thread. */
export type ThreadReply =
  | { readonly kind: "started"; readonly counts: readonly OutboxCount[] }
  | { readonly kind: "startFailed"; readonly error: string }
  | { readonly kind: "appended"; readonly batch: number; readonly error: string | undefined }
  | { readonly kind: "attempted"; readonly report: AttemptReport }
  | { readonly kind: "outboxFailed"; readonly error: string }
  | { readonly kind: "stopped"; readonly counts: readonly OutboxCount[] };
