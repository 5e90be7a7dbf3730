import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptTally } from "./attempt_tallies.ts";
import type { AttemptReport } from "./courier_context.ts";
import type { AdminAnswer, AdminAnswers, AdminQuestion } from "./kept_delivery.ts";
import type { Durability, OutboxCount, Retention } from "./outbox.ts";
import type { OutboxFigures } from "./outbox_figures.ts";
import { PendingCalls } from "./pending_calls.ts";
import type { Target } from "./target.ts";
import type { TargetChange } from "./target_change.ts";
import type { TargetStatus } from "./target_status.ts";
import type {
  CourierReply,
  CourierRequest,
  OutboxReply,
  OutboxRequest,
  ReplacedFile,
} from "./thread_messages.ts";

/** A delivery thread could not start, or ended by itself. */
export class DeliveryThreadError extends Error {
  override readonly name = "DeliveryThreadError";
}

/** What the threads tell while they run. */
export interface DeliveryThreadEvents {
  readonly attempted: (report: AttemptReport) => void;
  readonly targetChanged: (change: TargetChange) => void;
  /** Attempts of the last quarter of a second, those that are reported as well. */
  readonly tallied?: (tallies: readonly AttemptTally[]) => void;
  readonly outboxFailed: (error: Error) => void;
  /** Nothing can be stored, and the file is tried again; told once for each reason. */
  readonly storeNotOpen: (error: Error) => void;
  /** The file could be opened after all; what it held then. */
  readonly storeOpened: (counts: readonly OutboxCount[]) => void;
  /** The file was deleted or replaced, and a new one is begun. */
  readonly fileReplaced: (file: ReplacedFile) => void;
  /** So many dead letters were deleted, because they are old or too many. */
  readonly deadLettersDeleted: (count: number) => void;
}

/** What the threads need to know. */
export interface DeliverySettings {
  /** The outbox's file. */
  readonly path: string;
  readonly durability: Durability;
  readonly retention: Retention;
  readonly targets: readonly Target[];
  /** Whether deliveries that went well are reported too. */
  readonly reportDelivered: boolean;
}

/** The modules that the threads run. */
export interface DeliveryModules {
  readonly outbox: URL;
  readonly courier: URL;
}

/**
 * The outbox and the courier on threads of their own, as the answering thread sees them: a disk
 * that is slow to sync and targets that are slow to answer take nothing from the callbacks' time,
 * and a courier that is behind takes none from the outbox's.
 */
export class DeliveryThreads {
  readonly #outbox: Worker;
  readonly #courier: Worker;
  readonly #events: DeliveryThreadEvents;
  /** Appends and probes. */
  readonly #writes = new PendingCalls();
  readonly #figures = new PendingCalls<readonly OutboxFigures[]>();
  readonly #resumed = new PendingCalls<boolean | undefined>();
  readonly #standings = new PendingCalls<readonly TargetStatus[]>();
  readonly #questions = new PendingCalls<AdminAnswer>();
  /** What the outbox held, where it could be opened. */
  readonly #opened = awaited<readonly OutboxCount[]>();
  /** Whether the start goes on: a later opening is news. */
  #startGoesOn = false;
  readonly #started = awaited<void>();
  readonly #stopped = awaited<void>();
  readonly #closed = awaited<readonly OutboxCount[]>();
  #broken: DeliveryThreadError | undefined;
  #courierBroken: DeliveryThreadError | undefined;

  private constructor(modules: DeliveryModules, events: DeliveryThreadEvents) {
    this.#events = events;
    this.#outbox = new Worker(modules.outbox, { type: "module", name: "outbox" });
    this.#outbox.onmessage = ({ data }: MessageEvent<OutboxReply>) => this.#heardOutbox(data);
    this.#outbox.onerror = (event) => this.#outboxEnded(endedError("outbox", event));
    this.#courier = new Worker(modules.courier, { type: "module", name: "courier" });
    this.#courier.onmessage = ({ data }: MessageEvent<CourierReply>) => this.#heardCourier(data);
    this.#courier.onerror = (event) => this.#courierEnded(endedError("courier", event));
  }

  /**
   * Starts the threads and opens the outbox; {@link deliver} begins to deliver what it holds. Where
   * the outbox cannot be opened now, nothing is stored until it can.
   *
   * @throws {DeliveryThreadError} when the outbox's path is a mistake.
   */
  static async start(
    modules: DeliveryModules,
    { path, durability, retention, targets, reportDelivered }: DeliverySettings,
    events: DeliveryThreadEvents,
  ): Promise<{ readonly threads: DeliveryThreads; readonly counts: readonly OutboxCount[] }> {
    const threads = new DeliveryThreads(modules, events);
    const { port1: courier, port2: outbox } = new MessageChannel();
    try {
      threads.#tellOutbox({ kind: "open", path, durability, retention, courier }, [courier]);
      const counts = await threads.#opened.promise;
      threads.#tellCourier({ kind: "start", path, targets, reportDelivered, outbox }, [outbox]);
      await threads.#started.promise;
      return { threads, counts };
    } catch (error) {
      threads.#terminate();
      throw error;
    }
  }

  /** Begins to deliver: whatever may keep the router from starting is past. */
  deliver(): void {
    this.#tellCourier({ kind: "deliver" });
  }

  /**
   * Goes on with a target that wanted no deliveries any more, or is left alone for now. False where
   * neither was so, undefined where there is no such target.
   */
  resume(target: string): Promise<boolean | undefined> {
    return this.#askCourier(this.#resumed, (call) => ({ kind: "resume", call, target }));
  }

  /** How it stands with the targets of the rules file. */
  standings(): Promise<readonly TargetStatus[]> {
    return this.#askCourier(this.#standings, (call) => ({ kind: "standings", call }));
  }

  /** Delivers to these targets from now on; deliveries for those that are gone stay. */
  retarget(
    { targets, reportDelivered }: Pick<DeliverySettings, "targets" | "reportDelivered">,
  ): void {
    this.#tellCourier({ kind: "targets", targets, reportDelivered });
  }

  /** Stores deliveries in one transaction; resolves when they are on the disk. */
  append(deliveries: readonly NewDelivery[]): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return this.#writes.make((call) => this.#tellOutbox({ kind: "append", call, deliveries }));
  }

  /** Writes to the outbox's file without changing what it holds; rejects where that fails. */
  probe(): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return this.#writes.make((call) => this.#tellOutbox({ kind: "probe", call }));
  }

  /**
   * Asks the outbox for an operator. Much work is done in parts, between which deliveries are
   * stored; rejects with a {@link CallError} where it could not be done, or not to its end.
   */
  ask<Kind extends keyof AdminAnswers>(
    question: Extract<AdminQuestion, { kind: unknown }> & { readonly kind: Kind },
  ): Promise<AdminAnswers[Kind]> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const answer = this.#questions.make((call) =>
      this.#tellOutbox({ kind: "ask", call, question })
    );
    return answer as Promise<AdminAnswers[Kind]>;
  }

  /** What the outbox holds, read beside what is written to it. */
  figures(): Promise<readonly OutboxFigures[]> {
    return this.#askCourier(this.#figures, (call) => ({ kind: "figures", call }));
  }

  /**
   * Starts no attempt any more, and waits for those under way, at most `within` milliseconds; what
   * is broken off stays in the outbox. Deliveries are still stored until {@link close}.
   */
  async stopDelivering(within: number): Promise<void> {
    this.#tellCourier({ kind: "stop", within });
    await this.#stopped.promise;
  }

  /** Closes the outbox and ends the threads; returns what remains. */
  async close(): Promise<readonly OutboxCount[]> {
    try {
      if (this.#broken === undefined) this.#tellOutbox({ kind: "close" });
      return await this.#closed.promise;
    } finally {
      this.#terminate();
    }
  }

  /** {@link stopDelivering} and then {@link close}. */
  async stop(within: number): Promise<readonly OutboxCount[]> {
    await this.stopDelivering(within);
    return await this.close();
  }

  #tellOutbox(request: OutboxRequest, transfer: Transferable[] = []): void {
    this.#outbox.postMessage(request, transfer);
  }

  #tellCourier(request: CourierRequest, transfer: Transferable[] = []): void {
    this.#courier.postMessage(request, transfer);
  }

  #askCourier<Value>(
    calls: PendingCalls<Value>,
    question: (call: number) => CourierRequest,
  ): Promise<Value> {
    if (this.#courierBroken !== undefined) return Promise.reject(this.#courierBroken);
    return calls.make((call) => this.#tellCourier(question(call)));
  }

  #heardOutbox(reply: OutboxReply): void {
    switch (reply.kind) {
      case "opened":
        if (this.#startGoesOn) this.#events.storeOpened(reply.counts);
        this.#startGoesOn = true;
        return this.#opened.resolve(reply.counts);
      case "openFailed":
        return this.#opened.reject(new DeliveryThreadError(reply.error));
      case "notOpen":
        this.#startGoesOn = true;
        this.#opened.resolve([]);
        return this.#events.storeNotOpen(new DeliveryThreadError(reply.error));
      case "replaced":
        return this.#events.fileReplaced(reply.file);
      case "ended":
        return this.#writes.end(reply.call, reply.error);
      case "answered":
        return this.#questions.answer(reply.call, reply.answer);
      case "notAnswered":
        return this.#questions.fail(reply.call, reply.error);
      case "pruned":
        return this.#events.deadLettersDeleted(reply.dead);
      case "housekeepingFailed":
        return this.#events.outboxFailed(new DeliveryThreadError(reply.error));
      case "closed":
        return this.#closed.resolve(reply.counts);
      case "closeFailed":
        return this.#closed.reject(new DeliveryThreadError(reply.error));
    }
  }

  #heardCourier(reply: CourierReply): void {
    switch (reply.kind) {
      case "started":
        return this.#started.resolve();
      case "startFailed":
        return this.#started.reject(new DeliveryThreadError(reply.error));
      case "attempted":
        return this.#events.attempted(reply.report);
      case "targetChanged":
        return this.#events.targetChanged(reply.change);
      case "tallied":
        return this.#events.tallied?.(reply.tallies);
      case "figures":
        return this.#figures.answer(reply.call, reply.figures);
      case "figuresFailed":
        return this.#figures.fail(reply.call, reply.error);
      case "resumed":
        return this.#resumed.answer(reply.call, reply.resumed);
      case "standings":
        return this.#standings.answer(reply.call, reply.standings);
      case "outboxFailed":
        return this.#events.outboxFailed(new DeliveryThreadError(reply.error));
      case "stopped":
        return this.#stopped.resolve();
    }
  }

  #outboxEnded(error: DeliveryThreadError): void {
    this.#broken = error;
    this.#opened.reject(error);
    this.#closed.reject(error);
    // the courier waits for an answer that will not come
    this.#stopped.resolve();
    this.#writes.endAll(error);
    this.#questions.endAll(error);
    this.#events.outboxFailed(error);
  }

  /** Deliveries are still stored, and sent after the next start. */
  #courierEnded(error: DeliveryThreadError): void {
    this.#courierBroken = error;
    for (const calls of [this.#figures, this.#resumed, this.#standings]) calls.endAll(error);
    this.#started.reject(error);
    this.#stopped.resolve();
    this.#events.outboxFailed(error);
  }

  #terminate(): void {
    this.#outbox.terminate();
    this.#courier.terminate();
  }
}

/** A promise that nobody may wait for when it rejects; that must not end the process. */
function awaited<Value>(): PromiseWithResolvers<Value> {
  const reply = Promise.withResolvers<Value>();
  reply.promise.catch(() => {});
  return reply;
}

function endedError(thread: string, event: ErrorEvent): DeliveryThreadError {
  event.preventDefault();
  return new DeliveryThreadError(`the ${thread} thread ended: ${event.message}`);
}
