import type { StoredDelivery } from "./outbox.ts";

interface Entry {
  /** With the attempts made so far, of which the outbox does not know yet. */
  delivery: StoredDelivery;
  /** When it is tried again, by the monotonic clock; undefined while that is not asked for. */
  dueAt: number | undefined;
  /** How many settlements of it are not written. */
  unwritten: number;
  /** Whether it was handed out: it is ready or under way. */
  out: boolean;
}

/**
 * Deliveries that are to be tried again while that cannot be written down, such as on a full disk:
 * they are tried from memory. What a crash loses of this is only delivered once more. An intake
 * holds no more than so many deliveries, so there are never more of these.
 */
export class UnwrittenRetries {
  readonly #entries = new Map<number, Entry>();
  /** No entry is due before this. */
  #earliest = Infinity;

  /** When the next is due, by the monotonic clock, or sooner; infinite where none waits. */
  get earliest(): number {
    return this.#earliest;
  }

  /** That a delivery is to be tried again could not be written. */
  add(delivery: StoredDelivery, dueAt: number): void {
    const known = this.#entries.get(delivery.sequence);
    if (known === undefined) {
      this.#entries.set(delivery.sequence, { delivery, dueAt, unwritten: 1, out: false });
    } else if (!known.out) Object.assign(known, { delivery, dueAt });
    this.#earliest = Math.min(this.#earliest, dueAt);
  }

  /** Hands out those that are due, the earliest first, at most so many. */
  take(now: number, most: number): readonly StoredDelivery[] {
    if (now < this.#earliest) return [];
    const waiting = [...this.#entries.values()].filter(({ dueAt, out }) =>
      dueAt !== undefined && !out
    ).sort((one, other) =>
      one.dueAt! - other.dueAt! || one.delivery.sequence - other.delivery.sequence
    );
    const due = waiting.slice(0, most).filter(({ dueAt }) => dueAt! <= now);
    for (const entry of due) entry.out = true;
    this.#earliest = waiting[due.length]?.dueAt ?? Infinity;
    return due.map(({ delivery }) => delivery);
  }

  /** An attempt has ended: one more settlement is to be written. */
  attempted(sequence: number): void {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) return;
    entry.unwritten++;
    entry.out = false;
    entry.dueAt = undefined;
  }

  /**
   * A settlement is written. Returns whether the outbox now knows all there is to know, and the
   * delivery is left to it; not so while more is to be written, or while it is handed out.
   */
  written(sequence: number): boolean {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) return true;
    entry.unwritten--;
    if (entry.unwritten > 0 || entry.out) return false;
    this.#entries.delete(sequence);
    return true;
  }

  /**
   * A delivery that was handed out is not attempted now. Returns whether it is left to the outbox,
   * because that knows all there is to know, or is none of these.
   */
  giveBack(sequence: number): boolean {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) return true;
    if (entry.unwritten === 0) return this.#entries.delete(sequence);
    entry.out = false;
    this.#earliest = Math.min(this.#earliest, entry.dueAt ?? Infinity);
    return false;
  }
}
