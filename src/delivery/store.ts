import type { AdminAnswers, AdminQuestion } from "./kept_delivery.ts";
import type { Outbox, OutboxCount } from "./outbox.ts";

/** A kind of store: an outbox that opens, repairs and tidies itself, and answers an operator. */
export interface Store extends Outbox {
  /**
   * Answers an operator. Much work is done in parts, between which deliveries are stored.
   *
   * @throws {OutboxError} if it could not be done, or not to its end.
   */
  ask<Kind extends AdminQuestion["kind"]>(question: QuestionOf<Kind>): Promise<AdminAnswers[Kind]>;
  /** Ends all work; returns what remains. */
  close(): Promise<readonly OutboxCount[]>;
}

/** A question of a kind. */
export type QuestionOf<Kind extends AdminQuestion["kind"]> =
  & Extract<AdminQuestion, { readonly kind: unknown }>
  & { readonly kind: Kind };

/** What a store reports. */
export interface StoreEvents {
  /** It is open, at the start or later; what it holds. */
  readonly opened: (counts: readonly OutboxCount[]) => void;
  /** Nothing can be stored, and it is tried again; reported once for each reason. */
  readonly notOpen: (error: Error) => void;
  /** Its file was deleted or replaced, and a new one is begun. */
  readonly replaced: (file: ReplacedFile) => void;
  /** Dead letters were deleted, because they are old or too many. */
  readonly deadLettersDeleted: (count: number) => void;
  /** An operator has made deliveries to these targets due. */
  readonly due: (targets: readonly string[]) => void;
  /** Work of its own has failed, and is tried again. */
  readonly failed: (error: Error) => void;
}

/** A store could not do what it was asked; the message says why, and what to do. */
export class OutboxError extends Error {
  override readonly name = "OutboxError";
}

/** What became of an outbox whose file was deleted or replaced. */
export interface ReplacedFile {
  /** What had happened to it. */
  readonly reason: string;
  /** Where the file is now that was in its place; undefined for none. */
  readonly aside: string | undefined;
  /** How many deliveries the new file has of it. */
  readonly deliveries: number;
  /** Why the rest of it could not be read; undefined if all was. */
  readonly unread: string | undefined;
}
