import type { Clock } from "../chain/clock.ts";
import type {
  AdminAnswer,
  AdminQuestion,
  DeliveryChange,
  DeliveryFilter,
  DeliveryPage,
  ShownDelivery,
} from "../delivery/kept_delivery.ts";
import type { OutboxAdmin, ScannedPart } from "./outbox_admin.ts";
import { messageOf } from "../values/thrown.ts";

/** Deliveries that are looked at in one go: about a millisecond. */
const scannedAtOnce = 1000;
/** Deliveries that are changed in one transaction. */
const changedAtOnce = 250;
/** How long others may work between two parts, milliseconds: after reading, after writing. */
const gap = { read: 2, write: 20 };
/** Deliveries that a dry run names. */
const named = 10;
/** Questions that may wait for the one under way. */
const mostWaiting = 16;

/** A question of an operator's was not answered, or not to its end. */
export class AdminQuestionError extends Error {
  override readonly name = "AdminQuestionError";
}

/**
 * Answers an operator's questions on the thread that stores deliveries: one after the other, each
 * in short parts, so that no answer to OpenIM waits for more than one of them.
 */
export class AdminQuestions {
  readonly #admin: OutboxAdmin;
  readonly #clock: Clock;
  readonly #due: (targets: readonly string[]) => void;
  #underWay: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #stopped = false;

  /** `due` is called with the targets to which deliveries are due now. */
  constructor(admin: OutboxAdmin, clock: Clock, due: (targets: readonly string[]) => void) {
    this.#admin = admin;
    this.#clock = clock;
    this.#due = due;
  }

  /**
   * Answers a question when those before it are answered.
   *
   * @throws {AdminQuestionError} when there are too many, when the router stops, and when the outbox
   * fails; the message then says how many deliveries were changed before.
   */
  answer(question: AdminQuestion): Promise<AdminAnswer> {
    if (this.#waiting > mostWaiting) {
      return Promise.reject(
        new AdminQuestionError("too many questions wait for the outbox: ask again later"),
      );
    }
    this.#waiting++;
    const answer = this.#underWay.then(() => this.#answer(question)).finally(() => this.#waiting--);
    this.#underWay = answer.catch(() => {});
    return answer;
  }

  /** Answers nothing more; between two parts nothing is left half done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  async #answer(question: AdminQuestion): Promise<AdminAnswer> {
    if (this.#stopped) throw new AdminQuestionError("the router is stopping");
    switch (question.kind) {
      case "list":
        return await this.#list(question);
      case "show":
        return await this.#show(question.id);
      case "retry":
      case "drop":
        return await this.#change(question);
    }
  }

  async #list(
    { filter, after, limit }: Extract<AdminQuestion, { kind: "list" }>,
  ): Promise<DeliveryPage> {
    const found: number[] = [];
    for await (const part of this.#parts(filter, after)) {
      found.push(...part.found);
      if (found.length >= limit) break;
    }
    const page = found.slice(0, limit);
    return {
      deliveries: this.#admin.summaries(page),
      next: found.length < limit ? undefined : page.at(-1),
    };
  }

  async #show(id: string): Promise<ShownDelivery | undefined> {
    for await (const { found: [sequence] } of this.#parts({ wholeIDs: [id] })) {
      if (sequence === undefined) continue;
      const delivery = this.#admin.delivery(sequence);
      return delivery && { delivery, attempts: this.#admin.attempts(sequence) };
    }
    return undefined;
  }

  async #change(
    { kind, filter, dryRun }: Extract<AdminQuestion, { kind: "retry" | "drop" }>,
  ): Promise<DeliveryChange> {
    // one time for all, so that they are due in the order of storing
    const now = this.#clock.now();
    const first: number[] = [];
    let count = 0;
    try {
      for await (const { found } of this.#parts(filter)) {
        if (dryRun) {
          count += found.length;
          first.push(...found.slice(0, named - first.length));
          continue;
        }
        for (let at = 0; at < found.length; at += changedAtOnce) {
          if (at > 0) await this.#wait(gap.write);
          count += this.#apply(kind, found.slice(at, at + changedAtOnce), now);
        }
        if (found.length > 0) await this.#wait(gap.write);
      }
    } catch (cause) {
      const reason = messageOf(cause);
      const before = count > 0 && !dryRun ? `; ${count} deliveries were changed before` : "";
      throw new AdminQuestionError(`${reason}${before}`, { cause });
    }
    return { count, first: this.#admin.summaries(first) };
  }

  #apply(kind: "retry" | "drop", sequences: readonly number[], now: number): number {
    if (kind === "drop") return this.#admin.drop(sequences);
    const count = this.#admin.putBack(sequences, now);
    this.#due(this.#admin.targets(sequences));
    return count;
  }

  /** The deliveries that there are now, part by part; others work in between. */
  async *#parts(filter: DeliveryFilter, after = 0): AsyncGenerator<ScannedPart> {
    const until = this.#admin.lastSequence();
    for (let at = after;;) {
      const part = this.#admin.scan(filter, { after: at, until, rows: scannedAtOnce });
      if (part.last === undefined) return;
      yield part;
      at = part.last;
      await this.#wait(gap.read);
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => void this.#clock.after(milliseconds, resolve));
    if (this.#stopped) throw new AdminQuestionError("the router is stopping");
  }
}
