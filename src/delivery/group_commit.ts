import { setImmediate } from "node:timers";
import type { Deliveries, NewDelivery } from "../chain/deliveries.ts";

/** The outbox did not take deliveries. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

interface Waiting {
  readonly deliveries: readonly NewDelivery[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Bounds one commit, so that a burst does not make the first of it wait for the last. */
const mostPerCommit = 1000;

/**
 * Groups the deliveries that are stored in one turn of the event loop into one commit, so that a
 * disk sync is paid per turn and not per callback; a callback that comes alone waits for nobody.
 *
 * It stands on both sides of the outbox thread: on the answering thread a group is one message, on
 * the outbox thread all messages that came during one commit are the next. Neither side waits
 * for the other before it gathers on.
 */
export class GroupCommit implements Deliveries {
  readonly #append: (deliveries: readonly NewDelivery[]) => Promise<void>;
  readonly #atTurnsEnd: (callback: () => void) => void;
  #waiting: Waiting[] = [];

  /** `append` stores deliveries in one transaction. */
  constructor(
    append: (deliveries: readonly NewDelivery[]) => Promise<void>,
    atTurnsEnd: (callback: () => void) => void = setImmediate,
  ) {
    this.#append = append;
    this.#atTurnsEnd = atTurnsEnd;
  }

  store(deliveries: readonly NewDelivery[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ deliveries, resolve, reject });
    if (this.#waiting.length === 1) this.#atTurnsEnd(() => this.#commitAll());
    return promise;
  }

  #commitAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at += mostPerCommit) {
      void this.#commit(waiting.slice(at, at + mostPerCommit));
    }
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#append(group.flatMap(({ deliveries }) => deliveries));
      for (const { resolve } of group) resolve();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new StoreError(reason, { cause });
      for (const { reject } of group) reject(error);
    }
  }
}
