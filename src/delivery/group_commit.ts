import { setImmediate } from "node:timers";
import { messageOf } from "../values/thrown.ts";

/** The outbox did not take deliveries. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** What is stored in one commit. */
interface Group<Item> {
  readonly items: Item[];
  callers: number;
  /** One for all callers of the commit. */
  readonly stored: PromiseWithResolvers<void>;
}

/** Callers of one commit at most, so that a burst does not make the first of it wait for the last. */
const mostPerCommit = 1000;

/**
 * Groups the deliveries that are stored in one turn of the event loop into one commit, so that a
 * disk sync is paid per turn and not per callback; a callback that comes alone waits for nobody.
 *
 * Both threads have one: on the answering thread a group is one message, on the delivery thread all
 * messages that came during one commit are the next. Neither waits for the other before it gathers
 * on.
 */
export class GroupCommit<Item> {
  readonly #append: (items: readonly Item[]) => Promise<void>;
  readonly #atTurnsEnd: (callback: () => void) => void;
  #groups: Group<Item>[] = [];

  /** `append` stores items in one transaction. */
  constructor(
    append: (items: readonly Item[]) => Promise<void>,
    atTurnsEnd: (callback: () => void) => void = setImmediate,
  ) {
    this.#append = append;
    this.#atTurnsEnd = atTurnsEnd;
  }

  /** Resolves when the items are stored; rejects with a {@link StoreError}. */
  store(items: readonly Item[]): Promise<void> {
    let group = this.#groups.at(-1);
    if (group === undefined) this.#atTurnsEnd(() => this.#commitAll());
    if (group === undefined || group.callers === mostPerCommit) {
      group = { items: [], callers: 0, stored: Promise.withResolvers() };
      this.#groups.push(group);
    }
    group.callers++;
    for (const item of items) group.items.push(item);
    return group.stored.promise;
  }

  #commitAll(): void {
    const groups = this.#groups;
    this.#groups = [];
    for (const group of groups) void this.#commit(group);
  }

  async #commit({ items, stored }: Group<Item>): Promise<void> {
    try {
      await this.#append(items);
      stored.resolve();
    } catch (cause) {
      const reason = messageOf(cause);
      stored.reject(new StoreError(reason, { cause }));
    }
  }
}
