import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptReport } from "./courier_context.ts";
import type { OutboxCount } from "./outbox.ts";
import type { ThreadReply, ThreadRequest } from "./thread_messages.ts";

/** The delivery thread could not start, or ended by itself. */
export class DeliveryThreadError extends Error {
  override readonly name = "DeliveryThreadError";
}

/** What the thread tells while it runs. */
export interface DeliveryThreadEvents {
  readonly attempted: (report: AttemptReport) => void;
  readonly outboxFailed: (error: Error) => void;
}

type StartRequest = Omit<Extract<ThreadRequest, { kind: "start" }>, "kind">;

/**
 * The outbox and the courier on a thread of their own, as the answering thread sees them: a disk
 * that is slow to sync and targets that are slow to answer take nothing from the callbacks' time.
 */
export class DeliveryThread {
  readonly #worker: Worker;
  readonly #appends = new Map<number, PromiseWithResolvers<void>>();
  readonly #started = Promise.withResolvers<readonly OutboxCount[]>();
  readonly #stopped = Promise.withResolvers<readonly OutboxCount[]>();
  readonly #events: DeliveryThreadEvents;
  #batches = 0;
  #broken: DeliveryThreadError | undefined;

  private constructor(module: URL, events: DeliveryThreadEvents) {
    this.#events = events;
    this.#worker = new Worker(module, { type: "module", name: "delivery" });
    this.#worker.onmessage = ({ data }: MessageEvent<ThreadReply>) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#break(new DeliveryThreadError(`the delivery thread ended: ${event.message}`));
    };
    // a rejection that nobody waits for must not end the process
    this.#stopped.promise.catch(() => {});
  }

  /**
   * Starts the thread that the module runs, opens the outbox and begins to deliver.
   *
   * @throws {DeliveryThreadError} when the outbox cannot be opened.
   */
  static async start(
    module: URL,
    settings: StartRequest,
    events: DeliveryThreadEvents,
  ): Promise<{ readonly thread: DeliveryThread; readonly counts: readonly OutboxCount[] }> {
    const thread = new DeliveryThread(module, events);
    thread.#send({ kind: "start", ...settings });
    try {
      return { thread, counts: await thread.#started.promise };
    } catch (error) {
      thread.#worker.terminate();
      throw error;
    }
  }

  /** Stores deliveries in one transaction; resolves when they are on the disk. */
  append(deliveries: readonly NewDelivery[]): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const batch = this.#batches++;
    const appended = Promise.withResolvers<void>();
    this.#appends.set(batch, appended);
    this.#send({ kind: "append", batch, deliveries });
    return appended.promise;
  }

  /** Lets the attempts under way end, at most `within` milliseconds; returns what remains. */
  async stop(within: number): Promise<readonly OutboxCount[]> {
    if (this.#broken === undefined) this.#send({ kind: "stop", within });
    try {
      return await this.#stopped.promise;
    } finally {
      this.#worker.terminate();
    }
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }

  #take(reply: ThreadReply): void {
    switch (reply.kind) {
      case "started":
        return this.#started.resolve(reply.counts);
      case "startFailed":
        return this.#started.reject(new DeliveryThreadError(reply.error));
      case "appended":
        return this.#settle(reply.batch, reply.error);
      case "attempted":
        return this.#events.attempted(reply.report);
      case "outboxFailed":
        return this.#events.outboxFailed(new DeliveryThreadError(reply.error));
      case "stopped":
        return this.#stopped.resolve(reply.counts);
    }
  }

  #settle(batch: number, error: string | undefined): void {
    const append = this.#appends.get(batch);
    this.#appends.delete(batch);
    if (error === undefined) append?.resolve();
    else append?.reject(new DeliveryThreadError(error));
  }

  #break(error: DeliveryThreadError): void {
    this.#broken = error;
    this.#started.reject(error);
    this.#stopped.reject(error);
    for (const { reject } of this.#appends.values()) reject(error);
    this.#appends.clear();
    this.#events.outboxFailed(error);
  }
}
