import { mostText, type StoredDelivery, type StoreID, textOf } from "./outbox.ts";

/** How many deliveries are held behind one of their key, so that no key fills the memory. */
const mostBehind = 16;

/**
 * The deliveries with an order key that an intake holds: of each key one is first, which is ready
 * or under way, and a few wait behind it.
 */
export class KeyQueues {
  /** Those behind the first, by key; a key is in here as long as its first is held. */
  readonly #behind = new Map<string, StoredDelivery[]>();
  /** Those that are to be tried again, until that is in the outbox: IDs by key. */
  readonly #blocked = new Map<string, StoreID>();
  /** Blocked keys of which it does; what is read from now on is in order again. */
  readonly #written = new Set<string>();
  /** The text of the bodies of all that are behind a first one, characters. */
  #text = 0;

  /** What the outbox is asked from now on is answered with what has been written. */
  readingBegins(): void {
    for (const key of this.#written) this.#blocked.delete(key);
    this.#written.clear();
  }

  /** Takes in what was read, in its order: as the first of its key, behind it, or not at all. */
  admit(delivery: StoredDelivery): "first" | "behind" | "not now" {
    const key = delivery.orderKey;
    if (this.#blocked.has(key)) return "not now";
    const behind = this.#behind.get(key);
    if (behind === undefined) {
      this.#behind.set(key, []);
      return "first";
    }
    if (behind.length >= mostBehind || this.#text >= mostText) return "not now";
    behind.push(delivery);
    this.#text += delivery.body.length;
    return "behind";
  }

  /** The first of a key has arrived, or will never: the one that is first now. */
  next(key: string): StoredDelivery | undefined {
    const next = this.#behind.get(key)?.shift();
    if (next === undefined) this.#behind.delete(key);
    else this.#text -= next.body.length;
    return next;
  }

  /** The first of a key is to be tried again: what is behind it goes back, and is returned. */
  block({ orderKey, storeID }: StoredDelivery): readonly StoredDelivery[] {
    const behind = this.#behind.get(orderKey) ?? [];
    this.#text -= textOf(behind);
    this.#behind.delete(orderKey);
    this.#blocked.set(orderKey, storeID);
    return behind;
  }

  /**
   * One that was to be tried again has ended before that stood in the outbox; returns whether it
   * held up its key.
   */
  unblock({ orderKey, storeID }: StoredDelivery): boolean {
    if (this.#blocked.get(orderKey) !== storeID) return false;
    this.#written.delete(orderKey);
    return this.#blocked.delete(orderKey);
  }

  /** What became of a delivery stands in the outbox. */
  written({ orderKey, storeID }: StoredDelivery): void {
    // what became of one before it may be written first
    if (this.#blocked.get(orderKey) === storeID) this.#written.add(orderKey);
  }

  /** Lets go of all that is not under way, also of these that are ready; returns what was behind. */
  giveBack(ready: readonly StoredDelivery[]): readonly StoredDelivery[] {
    const all = [...this.#behind.values()].flat();
    this.#text = 0;
    for (const key of this.#behind.keys()) this.#behind.set(key, []);
    for (const { orderKey } of ready) this.#behind.delete(orderKey);
    return all;
  }
}
