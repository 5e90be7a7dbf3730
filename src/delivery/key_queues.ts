import { mostText, type StoredDelivery, type StoreID, textOf } from "./outbox.ts";

/** How many deliveries are held behind one of their key, so that no key fills the memory. */
const mostBehind = 16;

/**
 * The deliveries with an order key that a due queue holds. One of each key is first: it is ready or
 * under way. A few wait behind it.
 */
export class KeyQueues {
  /** Those behind the first, by key; a key is in here as long as its first is held. */
  readonly #behind = new Map<string, StoredDelivery[]>();
  /** Those that are tried again, until the outbox knows: IDs by key. */
  readonly #blocked = new Map<string, StoreID>();
  /** Blocked keys of which it knows: what is read from now on is in order again. */
  readonly #written = new Set<string>();
  /** The text of the bodies of all that are behind a first one, characters. */
  #text = 0;

  /** What is read from the outbox from now on contains all that was written. */
  readingBegins(): void {
    for (const key of this.#written) this.#blocked.delete(key);
    this.#written.clear();
  }

  /** Admits a delivery in the order of reading: as the first of its key, behind it, or not at all. */
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

  /** The first of a key is tried again: what is behind it goes back to the outbox, and is returned. */
  block({ orderKey, storeID }: StoredDelivery): readonly StoredDelivery[] {
    const behind = this.#behind.get(orderKey) ?? [];
    this.#text -= textOf(behind);
    this.#behind.delete(orderKey);
    this.#blocked.set(orderKey, storeID);
    return behind;
  }

  /**
   * A delivery that would be tried again has ended before the outbox knew; returns whether it held
   * up its key.
   */
  unblock({ orderKey, storeID }: StoredDelivery): boolean {
    if (this.#blocked.get(orderKey) !== storeID) return false;
    this.#written.delete(orderKey);
    return this.#blocked.delete(orderKey);
  }

  /** What became of a delivery is in the outbox. */
  written({ orderKey, storeID }: StoredDelivery): void {
    // what became of one before it may be written first
    if (this.#blocked.get(orderKey) === storeID) this.#written.add(orderKey);
  }

  /** Drops all that is not under way, also these that are ready; returns what was behind. */
  giveBack(ready: readonly StoredDelivery[]): readonly StoredDelivery[] {
    const all = [...this.#behind.values()].flat();
    this.#text = 0;
    for (const key of this.#behind.keys()) this.#behind.set(key, []);
    for (const { orderKey } of ready) this.#behind.delete(orderKey);
    return all;
  }
}
