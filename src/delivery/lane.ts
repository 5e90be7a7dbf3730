import type { CourierContext } from "./courier_context.ts";
import { DeliveryError } from "./delivery_error.ts";
import type { StoredDelivery } from "./outbox.ts";
import type { Settlements } from "./settlements.ts";
import { retryDelay, type Target } from "./target.ts";

/** How many deliveries are read from the outbox at once. */
const readAtOnce = 256;
/** How many deliveries may wait for what became of them to be written down. */
const mostHeld = 20_000;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;

/** The deliveries of one target on their way. */
export class Lane {
  #target: Target;
  readonly #context: CourierContext;
  readonly #settlements: Settlements;
  /** Read from the outbox and not settled there yet. */
  readonly #held = new Set<number>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #breakOff = new AbortController();
  #ready: StoredDelivery[] = [];
  /** Whether the outbox may hold due deliveries that are not held here. */
  #more = false;
  #reading = false;
  #stopped = false;
  /** Whether the rules file does not name the target any more. */
  #resting = false;
  #cancelTimer: (() => void) | undefined;

  constructor(target: Target, context: CourierContext, settlements: Settlements) {
    this.#target = target;
    this.#context = context;
    this.#settlements = settlements;
  }

  /** Looks for due deliveries. */
  wake(): void {
    this.#more = true;
    this.#go();
  }

  /**
   * Goes on with other settings; attempts under way end with those that they began with. Without a
   * target it rests: it starts nothing new, and what it has not begun stays in the outbox.
   */
  retarget(target: Target | undefined): void {
    this.#resting = target === undefined;
    this.#target = target ?? this.#target;
    if (!this.#resting) return this.wake();
    this.#wakeAt(undefined);
    for (const { sequence } of this.#ready.splice(0)) this.#held.delete(sequence);
  }

  /** Waits for the attempts under way, then breaks off what is left of them. */
  async stop(within: number): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    const cancel = this.#context.clock.after(within, () => this.#breakOff.abort());
    await Promise.all(this.#underWay);
    cancel();
  }

  #go(): void {
    if (this.#stopped || this.#resting) return;
    while (this.#underWay.size < this.#target.concurrency) {
      const delivery = this.#ready.shift();
      if (delivery === undefined) break;
      const attempt = this.#attempt(delivery).finally(() => {
        this.#underWay.delete(attempt);
        this.#go();
      });
      this.#underWay.add(attempt);
    }
    const room = this.#held.size < mostHeld;
    if (room && this.#ready.length === 0 && this.#more && !this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    const { outbox, clock, outboxFailed } = this.#context;
    this.#reading = true;
    this.#more = false;
    try {
      const due = await outbox.due(this.#target.name, clock.now(), readAtOnce, this.#held);
      for (const { sequence } of due) this.#held.add(sequence);
      this.#ready = [...due];
      if (due.length === readAtOnce) this.#more = true;
      else this.#wakeAt(await outbox.nextDue(this.#target.name, this.#held));
    } catch (error) {
      outboxFailed(error as Error);
      this.#wakeAt(clock.now() + pauseAfterFailure);
    } finally {
      this.#reading = false;
    }
    this.#go();
  }

  #wakeAt(time: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (time === undefined || this.#stopped || this.#resting) return;
    const { clock } = this.#context;
    // the longest delay that a timer of the platform takes
    const delay = Math.min(Math.max(0, time - clock.now()), 2 ** 31 - 1);
    this.#cancelTimer = clock.after(delay, () => this.wake());
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const { post, clock } = this.#context;
    const attempt = delivery.attempts + 1;
    const began = clock.monotonic();
    let failure: unknown;
    try {
      await post(delivery, this.#target, { attempt, signal: this.#breakOff.signal });
    } catch (error) {
      if (this.#breakOff.signal.aborted) return;
      failure = error;
    }
    this.#settle(delivery, attempt, clock.monotonic() - began, failure);
  }

  #settle(delivery: StoredDelivery, attempt: number, duration: number, failure: unknown): void {
    const { sequence, target, command, operationID, id } = delivery;
    const { report, clock, random } = this.#context;
    const facts = { target, command, operationID, id, attempt, duration };
    const written = () => {
      const full = this.#held.size >= mostHeld;
      this.#held.delete(sequence);
      if (full) this.#go();
    };
    if (failure === undefined) {
      report({ ...facts, result: "delivered" });
      this.#settlements.add({ kind: "delivered", sequence }, written);
      return;
    }
    const error = failure instanceof Error ? failure.message : String(failure);
    const { retry } = this.#target;
    const given = failure instanceof DeliveryError && !failure.retryable;
    if (given || attempt >= retry.attempts) {
      report({ ...facts, result: "dead", error });
      this.#settlements.add({ kind: "dead", sequence, attempts: attempt, error }, written);
      return;
    }
    const dueAt = clock.now() + retryDelay(retry, attempt, random);
    report({ ...facts, result: "retry", error, dueAt });
    this.#settlements.add({ kind: "retry", sequence, attempts: attempt, dueAt, error }, () => {
      written();
      this.wake();
    });
  }
}
