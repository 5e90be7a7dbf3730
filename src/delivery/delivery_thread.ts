import { type BirpcReturn, createBirpc } from "birpc";
import type { NewDelivery } from "../chain/deliveries.ts";
import { messageOf } from "../values/thrown.ts";
import type {
  ChangingSettings,
  DeliveryCalls,
  DeliveryEvents,
  DeliverySettings,
} from "./delivery_calls.ts";
import type { AdminAnswers, AdminQuestion } from "./kept_delivery.ts";
import type { OutboxCount } from "./outbox.ts";
import type { OutboxFigures } from "./outbox_figures.ts";
import type { QuestionOf } from "./store.ts";
import type { TargetStatus } from "./target_status.ts";

/** The delivery thread could not do what it was asked, could not start, or ended by itself. */
export class DeliveryThreadError extends Error {
  override readonly name = "DeliveryThreadError";
}

/**
 * The store and the courier on a thread of their own, as the answering thread sees them: a disk that
 * is slow to sync and targets that are slow to answer take nothing from the callbacks' time. Its
 * methods reject with a {@link DeliveryThreadError}.
 */
export class DeliveryThread {
  readonly #worker: Worker;
  readonly #events: DeliveryEvents;
  readonly #calls: BirpcReturn<DeliveryCalls, DeliveryEvents>;
  #ended: DeliveryThreadError | undefined;

  private constructor(module: URL, events: DeliveryEvents) {
    const worker = new Worker(module, { type: "module", name: "delivery" });
    this.#worker = worker;
    this.#events = events;
    this.#calls = createBirpc<DeliveryCalls, DeliveryEvents>(events, {
      post: (message) => worker.postMessage(message),
      on: (receive) => void (worker.onmessage = ({ data }) => receive(data)),
      bind: "functions",
      timeout: -1,
      resolver: (_name, event) => reportingErrors(event),
    });
    worker.onerror = (event) => {
      event.preventDefault();
      this.#ended = new DeliveryThreadError(`the delivery thread ended: ${event.message}`);
      this.#calls.$close(this.#ended);
      events.outboxFailed(this.#ended);
    };
  }

  /**
   * Starts the thread, which runs a module, and opens the store; {@link deliver} begins to deliver
   * what it holds. If the store cannot be opened now, nothing is stored until it can.
   *
   * @throws {DeliveryThreadError} if the outbox's path is a mistake.
   */
  static async start(
    module: URL,
    settings: DeliverySettings,
    events: DeliveryEvents,
  ): Promise<{ readonly thread: DeliveryThread; readonly counts: readonly OutboxCount[] }> {
    const thread = new DeliveryThread(module, events);
    try {
      return { thread, counts: await thread.#call("start", settings) };
    } catch (error) {
      thread.#worker.terminate();
      throw error;
    }
  }

  /** Begins to deliver: whatever may keep the router from starting is past. */
  deliver(): void {
    this.#order("deliver");
  }

  /** Delivers to these targets from now on; deliveries for those that are gone stay. */
  retarget(settings: ChangingSettings): void {
    this.#order("retarget", settings);
  }

  /** Stores deliveries in one transaction; resolves when they are on the disk. */
  append(deliveries: readonly NewDelivery[]): Promise<void> {
    return this.#call("append", deliveries);
  }

  /** Writes to the store without changing what it holds; rejects if that fails. */
  probe(): Promise<void> {
    return this.#call("probe");
  }

  /** Asks the store for an operator. */
  async ask<Kind extends AdminQuestion["kind"]>(
    question: QuestionOf<Kind>,
  ): Promise<AdminAnswers[Kind]> {
    return await this.#call("ask", question) as AdminAnswers[Kind];
  }

  /** What the outbox holds. */
  figures(): Promise<readonly OutboxFigures[]> {
    return this.#call("figures");
  }

  /** The state of the targets of the rules file. */
  targetStatuses(): Promise<readonly TargetStatus[]> {
    return this.#call("targetStatuses");
  }

  /**
   * Goes on with a target that wanted no deliveries any more, or is left alone for now. False if
   * neither was so, undefined if there is no such target.
   */
  resume(target: string): Promise<boolean | undefined> {
    return this.#call("resume", target);
  }

  /**
   * Starts no attempt any more, and waits for those under way, at most `within` milliseconds; what
   * is broken off stays in the outbox. Deliveries are still stored until {@link close}.
   */
  async stopDelivering(within: number): Promise<void> {
    if (this.#ended === undefined) await this.#call("stopDelivering", within);
  }

  /** Closes the store and ends the thread; returns what remains. */
  async close(): Promise<readonly OutboxCount[]> {
    try {
      return await this.#call("close");
    } finally {
      this.#worker.terminate();
    }
  }

  /** {@link stopDelivering} and then {@link close}. */
  async stop(within: number): Promise<readonly OutboxCount[]> {
    await this.stopDelivering(within);
    return await this.close();
  }

  /** Calls what nobody waits for; that it failed is reported. */
  #order<Name extends "deliver" | "retarget">(
    name: Name,
    ...args: Parameters<DeliveryCalls[Name]>
  ): void {
    if (this.#ended !== undefined) return;
    this.#call(name, ...args).catch((error) => {
      // a thread that has ended has been reported
      if (error !== this.#ended) this.#events.outboxFailed(error);
    });
  }

  async #call<Name extends keyof DeliveryCalls>(
    name: Name,
    ...args: Parameters<DeliveryCalls[Name]>
  ): Promise<Awaited<ReturnType<DeliveryCalls[Name]>>> {
    if (this.#ended !== undefined) throw this.#ended;
    try {
      return await this.#calls.$call(name, ...args);
    } catch (cause) {
      // a class does not survive the way between threads
      throw this.#ended ?? new DeliveryThreadError(messageOf(cause), { cause });
    }
  }
}

/** The same event, whose errors are reported: birpc would drop them. */
function reportingErrors<Event extends (...args: never[]) => unknown>(event: Event): Event {
  const reporting = (...args: never[]) => {
    try {
      event(...args);
    } catch (error) {
      reportError(error);
    }
  };
  return reporting as Event;
}
