import { setImmediate } from "node:timers";
import { messageOf } from "../values/thrown.ts";

/** The outbox did not take deliveries. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** What is stored in one commit. */
interface Group<Item> {
  readonly items: Item[];
  /** One for all callers of the commit. */
  readonly stored: PromiseWithResolvers<void>;
}

/**
 * Groups the deliveries that are stored in one turn of the event loop into one commit, so that a
 * disk sync is paid per turn and not per callback; a callback that comes alone waits for nobody.
 *
 * Both threads have one: on the answering thread a group is one message, on the delivery thread all
 * messages that came during one commit are the next. Neither waits for the other before it gathers
 * on. `server.limits.inFlight` bounds a group.
 */
export class GroupCommit<Item> {
  readonly #append: (items: readonly Item[]) => Promise<void>;
  #group: Group<Item> | undefined;

  /** `append` stores items in one transaction. */
  constructor(append: (items: readonly Item[]) => Promise<void>) {
    this.#append = append;
  }

  /** Resolves when the items are stored; rejects with a {@link StoreError}. */
  store(items: readonly Item[]): Promise<void> {
    if (this.#group === undefined) {
      this.#group = { items: [], stored: Promise.withResolvers() };
      setImmediate(() => this.#commit());
    }
    for (const item of items) this.#group.items.push(item);
    return this.#group.stored.promise;
  }

  async #commit(): Promise<void> {
    const { items, stored } = this.#group!;
    this.#group = undefined;
    try {
      await this.#append(items);
      stored.resolve();
    } catch (cause) {
      stored.reject(new StoreError(messageOf(cause), { cause }));
    }
  }
}
