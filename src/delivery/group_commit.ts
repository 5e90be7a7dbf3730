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

/**
 * Groups the deliveries of concurrent callbacks into one commit: while a commit is under way, what
 * comes in gathers for the next one. So a disk sync is paid per round and not per callback, and a
 * callback that comes alone waits for nobody.
 */
export class GroupCommit implements Deliveries {
  readonly #append: (deliveries: readonly NewDelivery[]) => Promise<void>;
  /** Bounds one commit, so that a burst does not make the first of it wait for the last. */
  readonly #mostPerCommit = 1000;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;

  /** `append` stores deliveries in one transaction. */
  constructor(append: (deliveries: readonly NewDelivery[]) => Promise<void>) {
    this.#append = append;
  }

  store(deliveries: readonly NewDelivery[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ deliveries, resolve, reject });
    this.#committing ??= this.#commitAll();
    return promise;
  }

  async #commitAll(): Promise<void> {
    // what arrives in this turn of the event loop belongs to the first commit
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#commit(this.#waiting.splice(0, this.#mostPerCommit));
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#append(group.flatMap(({ deliveries }) => deliveries));
      for (const { resolve } of group) resolve();
    } catch (cause) {
      const error = new StoreError((cause as Error).message, { cause });
      for (const { reject } of group) reject(error);
    }
  }
}
