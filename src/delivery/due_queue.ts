import type { CourierContext } from "./courier_context.ts";
import { KeyQueues } from "./key_queues.ts";
import { mostText, type StoredDelivery, type StoreID, textOf } from "./outbox.ts";
import { errorOf } from "../values/thrown.ts";

/** How many deliveries may wait for what became of them to be written down. */
const mostHeld = 2000;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;
/** The longest that the outbox is not looked at while something waits: a clock may be set. */
const longestSleep = 60_000;
/** How soon it is looked at again at the earliest for what is due and was not handed out. */
const shortestSleep = 100;
/** How long a delivery may wait for its attempt, milliseconds, before it is claimed anew. */
const longestWait = 600_000;

/** What a due queue reports and asks. */
export interface DueQueueOptions {
  readonly target: string;
  /** How many deliveries are read from the outbox at once. */
  readonly readAtOnce: () => number;
  /** How long an attempt may take, milliseconds. */
  readonly attemptWithin: () => number;
  /** Called when more has been read. */
  readonly arrived: () => void;
  /** Whether the target may be sent anything now. */
  readonly open: () => boolean;
  /** Whether the outbox must be looked at now. */
  readonly wanted: () => boolean;
  /**
   * How long deliveries have been due, milliseconds, that are read even if the outbox must not be
   * looked at: they are too old to wait. Undefined for none.
   */
  readonly overdueBy?: () => number | undefined;
}

/**
 * The due deliveries of one target, ahead of their attempts, a bounded number of them: fresh ones
 * from memory, others from the outbox. Of each order key no more than one is handed out at a time,
 * in their order.
 */
export class DueQueue {
  readonly #context: Pick<CourierContext, "outbox" | "clock" | "outboxFailed">;
  readonly #options: DueQueueOptions;
  /** Claimed and not settled yet, with the end of the claim by the monotonic clock. */
  readonly #held = new Map<StoreID, number>();
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

  /** For how long deliveries are claimed, milliseconds. */
  get lease(): number {
    return longestWait + 2 * this.#options.attemptWithin();
  }

  /** The first that is ready, left in its place. */
  peek(): StoredDelivery | undefined {
    return this.#ready[0];
  }

  /** Takes those that are ready out, in their order, as long as `fits` says so. */
  take(fits: (delivery: StoredDelivery) => boolean): StoredDelivery[] {
    const end = this.#ready.findIndex((delivery) => !fits(delivery));
    return this.#ready.splice(0, end === -1 ? this.#ready.length : end);
  }

  /** Accepts fresh deliveries, claimed for {@link lease}; what does not fit stays in the outbox. */
  offer(fresh: readonly StoredDelivery[]): void {
    const fits = this.#fits(fresh);
    // what waits in the outbox is older, and goes first
    const end = this.#more ? 0 : fresh.findIndex((delivery) => !fits(delivery));
    const taken = end === -1 ? fresh : fresh.slice(0, end);
    if (this.#add(taken) < taken.length) this.#more = true;
    this.#forget(fresh.slice(taken.length));
  }

  /** The outbox may hold something new. */
  wake(): void {
    this.#more = true;
    this.fill();
    this.#fillOverdue();
  }

  /** Reads if that is wanted and there is room and something to read. */
  fill(): void {
    if (this.#stopped || this.#reading || !this.#more) return;
    if (this.#held.size >= mostHeld || !this.#options.wanted()) return;
    void this.#read();
  }

  /** Reads what is too old to wait; not from {@link fill}, which follows every reading. */
  #fillOverdue(): void {
    if (this.#stopped || this.#reading || this.#ready.length > 0) return;
    const overdueBy = this.#options.overdueBy?.();
    if (overdueBy !== undefined && this.#held.size < mostHeld) void this.#read(overdueBy);
  }

  /**
   * The attempt at a delivery is over. `again` if it is tried again, and those behind it have to
   * wait for that.
   */
  attempted(delivery: StoredDelivery, { again }: { readonly again: boolean }): void {
    if (delivery.orderKey === "") return;
    if (again) return this.#forget(this.#keys.block(delivery));
    if (this.#keys.unblock(delivery)) this.#more = true;
    const next = this.#keys.next(delivery.orderKey);
    if (next !== undefined) this.#ready.push(next);
  }

  /** What became of a delivery is in the outbox; `again` as above. */
  written(delivery: StoredDelivery, { again }: { readonly again: boolean }): void {
    this.#held.delete(delivery.storeID);
    this.#keys.written(delivery);
    if (again || delivery.orderKey !== "") this.#more = true;
    this.fill();
    this.#fillOverdue();
  }

  /** Gives everything back that is not under way if the first of it cannot be tried within its claim. */
  renewClaims(): void {
    const first = this.#ready[0];
    if (first === undefined) return;
    const left = this.#held.get(first.storeID)! - this.#context.clock.monotonic();
    if (left < this.#options.attemptWithin()) this.giveBack();
  }

  /** Leaves what is not under way to the outbox; it is read again when it is wanted. */
  giveBack(): void {
    const ready = this.#ready.splice(0);
    for (const delivery of ready) this.#keys.written(delivery);
    this.#forget([...ready, ...this.#keys.giveBack(ready)]);
  }

  /** Gives everything back that is not under way, and looks at nothing until it is woken. */
  rest(): void {
    this.giveBack();
    this.#wakeIn(undefined);
  }

  /** Reads nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Whether a fresh delivery is kept in memory, asked in their order. */
  #fits(fresh: readonly StoredDelivery[]): (delivery: StoredDelivery) => boolean {
    if (this.#stopped || fresh.length === 0 || !this.#options.open()) return () => false;
    let room = Math.min(
      this.#options.readAtOnce() - this.#ready.length,
      mostHeld - this.#held.size,
    );
    let text = mostText - textOf(this.#ready);
    return ({ body }) => {
      text -= body.length;
      return room-- > 0 && text >= 0;
    };
  }

  async #read(overdueBy?: number): Promise<void> {
    const { outbox, outboxFailed } = this.#context;
    const { target, arrived } = this.#options;
    const readAtOnce = this.#options.readAtOnce();
    this.#reading = true;
    this.#more = false;
    this.#keys.readingBegins();
    try {
      const options = overdueBy === undefined ? {} : { overdueBy };
      const due = await outbox.claim(target, readAtOnce, this.lease, options);
      const added = this.#add(due);
      // if none fitted, the next result that is written makes room
      const isPart = due.length === readAtOnce || textOf(due) >= mostText;
      if (added > 0 && isPart) this.#more = true;
      else if (overdueBy === undefined) await this.#sleep();
      // what is due and was not asked for is still there
      if (overdueBy !== undefined) this.#more = true;
    } catch (error) {
      outboxFailed(errorOf(error));
      this.#wakeIn(pauseAfterFailure);
    } finally {
      this.#reading = false;
    }
    if (!this.#stopped) arrived();
  }

  /** Adds claimed deliveries, except those that are held already; returns how many. */
  #add(claimed: readonly StoredDelivery[]): number {
    const before = this.#held.size;
    const now = this.#context.clock.monotonic();
    const notNow: StoredDelivery[] = [];
    if (this.#ready.length === 0) this.#readySince = now;
    for (const delivery of claimed) {
      const { storeID, orderKey } = delivery;
      if (this.#held.has(storeID)) continue;
      const place = orderKey === "" ? "first" : this.#keys.admit(delivery);
      if (place === "not now") {
        notNow.push(delivery);
        continue;
      }
      this.#held.set(storeID, now + this.lease);
      if (place === "first") this.#ready.push(delivery);
    }
    this.#release(notNow);
    return this.#held.size - before;
  }

  #forget(deliveries: readonly StoredDelivery[]): void {
    for (const { storeID } of deliveries) this.#held.delete(storeID);
    if (deliveries.length > 0) this.#more = true;
    this.#release(deliveries);
  }

  #release(deliveries: readonly StoredDelivery[]): void {
    if (deliveries.length === 0) return;
    const { outbox, outboxFailed } = this.#context;
    // a claim that cannot be given back ends by itself
    outbox.release(deliveries.map(({ storeID }) => storeID)).catch(outboxFailed);
  }

  async #sleep(): Promise<void> {
    const wait = await this.#context.outbox.nextDue(this.#options.target);
    if (wait === undefined) return this.#wakeIn(undefined);
    this.#wakeIn(Math.min(longestSleep, wait > 0 ? wait : shortestSleep));
  }

  #wakeIn(delay: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (delay === undefined || this.#stopped) return;
    this.#cancelTimer = this.#context.clock.after(delay, () => this.wake());
  }
}
