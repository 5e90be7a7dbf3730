import type { CourierContext } from "./courier_context.ts";
import { KeyQueues } from "./key_queues.ts";
import { mostText, type StoredDelivery, textOf } from "./outbox.ts";

/** How many deliveries may wait for what became of them to be written down. */
const mostHeld = 2000;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;
/** The longest that the outbox is not looked at while something waits: a clock may be set. */
const longestSleep = 60_000;
/** How soon it is looked at again at the earliest for what is due and was not handed out. */
const shortestSleep = 100;

/** What an intake tells and is told. */
export interface DueQueueOptions {
  readonly target: string;
  /** How many deliveries are read from the outbox at once. */
  readonly readAtOnce: () => number;
  /** Called when more has been read. */
  readonly arrived: () => void;
  /** Whether the outbox is to be looked at now. */
  readonly wanted: () => boolean;
  /**
   * Where it is not: before which time, epoch milliseconds, deliveries have to have been due to be
   * read all the same, because they are too old to wait; undefined for none.
   */
  readonly expiredBefore?: () => number | undefined;
}

/**
 * The due deliveries of one target, read from the outbox ahead of their attempts, a bounded number
 * of them. Of each order key no more than one is handed out at a time, in their order.
 */
export class DueQueue {
  readonly #context: Pick<CourierContext, "outbox" | "clock" | "outboxFailed">;
  readonly #options: DueQueueOptions;
  /** Read from the outbox and not settled there yet. */
  readonly #held = new Set<number>();
  readonly #keys = new KeyQueues();
  #ready: StoredDelivery[] = [];
  /** When the first of those that are ready came, by the monotonic clock. */
  #readySince = 0;
  /** Whether the outbox may hold due deliveries that are not held here. */
  #more = false;
  #reading = false;
  #stopped = false;
  #cancelTimer: (() => void) | undefined;

  constructor(
    context: Pick<CourierContext, "outbox" | "clock" | "outboxFailed">,
    options: DueQueueOptions,
  ) {
    this.#context = context;
    this.#options = options;
  }

  /** How many are ready. */
  get ready(): number {
    return this.#ready.length;
  }

  /** When the first of those that are ready came, by the monotonic clock. */
  get readySince(): number {
    return this.#readySince;
  }

  /** The first that is ready, left where it is. */
  peek(): StoredDelivery | undefined {
    return this.#ready[0];
  }

  /** Takes those that are ready out, in their order, as long as `fits` says so. */
  take(fits: (delivery: StoredDelivery) => boolean): StoredDelivery[] {
    const end = this.#ready.findIndex((delivery) => !fits(delivery));
    return this.#ready.splice(0, end === -1 ? this.#ready.length : end);
  }

  /** The outbox may hold something new. */
  wake(): void {
    this.#more = true;
    this.fill();
    this.#fillExpired();
  }

  /** Reads where that is wanted and there is room and something to read. */
  fill(): void {
    if (this.#stopped || this.#reading || !this.#more) return;
    if (this.#held.size >= mostHeld || !this.#options.wanted()) return;
    void this.#read();
  }

  /** Reads what is too old to wait; not from {@link fill}, which follows every reading. */
  #fillExpired(): void {
    if (this.#stopped || this.#reading || this.#ready.length > 0) return;
    const before = this.#options.expiredBefore?.();
    if (before !== undefined && this.#held.size < mostHeld) void this.#read(before);
  }

  /**
   * The attempt at a delivery is over. `again` where it is to be tried again, and those behind it
   * have to wait for that.
   */
  attempted(delivery: StoredDelivery, { again }: { readonly again: boolean }): void {
    if (delivery.orderKey === "") return;
    if (again) return this.#forget(this.#keys.block(delivery));
    if (this.#keys.unblock(delivery)) this.#more = true;
    const next = this.#keys.next(delivery.orderKey);
    if (next !== undefined) this.#ready.push(next);
  }

  /** What became of a delivery stands in the outbox; `again` as above. */
  written(delivery: StoredDelivery, { again }: { readonly again: boolean }): void {
    this.#held.delete(delivery.sequence);
    this.#keys.written(delivery);
    if (again || delivery.orderKey !== "") this.#more = true;
    this.fill();
    this.#fillExpired();
  }

  /** Leaves what is not under way to the outbox; it is read again when it is wanted. */
  giveBack(): void {
    const ready = this.#ready.splice(0);
    for (const delivery of ready) this.#keys.written(delivery);
    this.#forget([...ready, ...this.#keys.giveBack(ready)]);
  }

  /** Lets go of everything that is not under way, and looks at nothing until it is woken. */
  rest(): void {
    this.giveBack();
    this.#wakeIn(undefined);
  }

  /** Reads nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  async #read(expiredBefore?: number): Promise<void> {
    const { outbox, clock, outboxFailed } = this.#context;
    const { target, arrived } = this.#options;
    const readAtOnce = this.#options.readAtOnce();
    this.#reading = true;
    this.#more = false;
    this.#keys.readingBegins();
    try {
      const now = expiredBefore ?? clock.now();
      const due = await outbox.due(target, now, readAtOnce, this.#held);
      const added = this.#add(due);
      // where none could be taken in, what is written next makes room
      const isPart = due.length === readAtOnce || textOf(due) >= mostText;
      if (added > 0 && isPart) this.#more = true;
      else if (expiredBefore === undefined) await this.#sleep();
      // what is due and was not asked for is still there
      if (expiredBefore !== undefined) this.#more = true;
    } catch (error) {
      outboxFailed(error instanceof Error ? error : new Error(String(error)));
      this.#wakeIn(pauseAfterFailure);
    } finally {
      this.#reading = false;
    }
    if (!this.#stopped) arrived();
  }

  #add(due: readonly StoredDelivery[]): number {
    const before = this.#held.size;
    if (this.#ready.length === 0) this.#readySince = this.#context.clock.monotonic();
    for (const delivery of due) {
      const { sequence, orderKey } = delivery;
      const place = orderKey === "" ? "first" : this.#keys.admit(delivery);
      if (place === "not now") continue;
      this.#held.add(sequence);
      if (place === "first") this.#ready.push(delivery);
    }
    return this.#held.size - before;
  }

  #forget(deliveries: readonly StoredDelivery[]): void {
    for (const { sequence } of deliveries) this.#held.delete(sequence);
    if (deliveries.length > 0) this.#more = true;
  }

  async #sleep(): Promise<void> {
    const { outbox, clock } = this.#context;
    const next = await outbox.nextDue(this.#options.target, this.#held);
    if (next === undefined) return this.#wakeIn(undefined);
    const until = next - clock.now();
    this.#wakeIn(Math.min(longestSleep, until > 0 ? until : shortestSleep));
  }

  #wakeIn(delay: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (delay === undefined || this.#stopped) return;
    this.#cancelTimer = this.#context.clock.after(delay, () => this.wake());
  }
}
