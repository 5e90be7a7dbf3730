import type { Clock } from "../chain/clock.ts";
import { type AttemptEnd, endOf, recordOf, type RequestEnd, resultOf } from "./attempt_end.ts";
import { batchOf, batchRequest } from "./batch.ts";
import type { CourierContext } from "./courier_context.ts";
import { expiredResult, isExpired, overdueBy, tooOld } from "./expiry.ts";
import { meaningOfFailure } from "./failure_meaning.ts";
import { DueQueue } from "./due_queue.ts";
import type { StoredDelivery, StoreID } from "./outbox.ts";
import type { AttemptResults } from "./attempt_results.ts";
import type { Target } from "./target.ts";
import { TargetGate } from "./target_gate.ts";
import type { TargetStatus } from "./target_status.ts";

/** How many deliveries are read from the outbox at once: the fewest and the most. */
const readAtOnce = { least: 32, most: 256 };

/** The deliveries of one target on their way. */
export class Lane {
  #target: Target;
  readonly #context: CourierContext;
  readonly #results: AttemptResults;
  #gate: TargetGate;
  readonly #queue: DueQueue;
  readonly #underWay = new Set<Promise<void>>();
  readonly #breakOff = new AbortController();
  /** What was refused as part of a batch, by ID: it goes alone, so that no other is refused with it. */
  readonly #alone = new Set<StoreID>();
  #stopped = false;
  /** Whether the rules file does not name the target any more. */
  #resting = false;
  #cancelStart: (() => void) | undefined;

  constructor(target: Target, context: CourierContext, results: AttemptResults) {
    this.#target = target;
    this.#context = context;
    this.#results = results;
    this.#gate = this.#newGate();
    this.#queue = new DueQueue(context, {
      target: target.name,
      readAtOnce: () => this.#readAtOnce,
      attemptWithin: () => this.#target.timeout,
      arrived: () => this.#go(),
      open: () => this.#open,
      wanted: () => this.#open && this.#queue.ready < this.#most,
      overdueBy: () => this.#rests || this.#open ? undefined : overdueBy(this.#target.retry),
    });
  }

  /** For how long deliveries are claimed, milliseconds. */
  get lease(): number {
    return this.#queue.lease;
  }

  /** Takes fresh deliveries from memory, as far as there is room; the outbox keeps the others. */
  offer(fresh: readonly StoredDelivery[]): void {
    this.#queue.offer(fresh);
    this.#go();
  }

  /** Looks for due deliveries. */
  wake(): void {
    this.#go();
    this.#queue.wake();
  }

  /** The state of the target; undefined if the rules file does not name it any more. */
  get status(): TargetStatus | undefined {
    if (this.#resting) return undefined;
    const { name: target } = this.#target;
    return { target, underWay: this.#underWay.size, ...this.#gate.status };
  }

  /**
   * Goes on with a target that wanted no deliveries any more, or is left alone for now. False if
   * neither was so.
   */
  resume(): boolean {
    const enabled = this.#gate.resume();
    const hastened = this.#gate.endPause();
    if (enabled || hastened) this.#go();
    return enabled || hastened;
  }

  /**
   * Goes on with other settings; requests under way end as they began. A target that has changed
   * starts with a closed breaker. Without a target the lane rests: it starts nothing new, and what
   * it has not begun stays in the outbox.
   */
  retarget(target: Target | undefined): void {
    this.#resting = target === undefined;
    if (target === undefined) {
      this.#cancelStart?.();
      return this.#queue.rest();
    }
    this.#gate.resume();
    if (JSON.stringify(target) !== JSON.stringify(this.#target)) {
      this.#target = target;
      this.#gate = this.#newGate();
    }
    this.wake();
  }

  /** Waits for the attempts under way, then breaks off what is left of them. */
  async stop(within: number): Promise<void> {
    this.#stopped = true;
    this.#queue.stop();
    this.#cancelStart?.();
    const cancel = this.#context.clock.after(within, () => this.#breakOff.abort());
    await Promise.all(this.#underWay);
    cancel();
  }

  /** The most deliveries of one request. */
  get #most(): number {
    return this.#target.batch?.max ?? 1;
  }

  get #readAtOnce(): number {
    const atOnce = 4 * this.#target.concurrency * this.#most;
    return Math.min(Math.max(atOnce, readAtOnce.least), readAtOnce.most);
  }

  /**
   * Whether nothing is sent: the rules file has no such target, or the outbox takes no results, so
   * that a crash would send everything again.
   */
  get #rests(): boolean {
    return this.#resting || this.#results.failing;
  }

  /** Whether the target may be sent anything now, but for its rate. */
  get #open(): boolean {
    return !this.#rests && this.#gate.closedFor === 0;
  }

  #newGate(): TargetGate {
    const { clock, targetChanged } = this.#context;
    const { name } = this.#target;
    return new TargetGate(
      this.#target,
      clock,
      (state) => targetChanged({ target: name, ...state }),
    );
  }

  #go(): void {
    if (this.#stopped || this.#rests) return;
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    this.#giveUpExpired();
    while (this.#underWay.size < this.#target.concurrency) {
      const closedFor = this.#gate.closedFor;
      if (closedFor > 0) {
        this.#queue.giveBack();
        return this.#startIn(closedFor);
      }
      this.#queue.renewClaims();
      if (this.#queue.ready === 0) break;
      const wait = Math.max(this.#gate.paceWait, this.#gatherFor());
      if (wait > 0) {
        this.#startIn(wait);
        break;
      }
      this.#begin();
      this.#giveUpExpired();
    }
    this.#queue.fill();
  }

  /** Gives up those at the head of what is ready that are too old. */
  #giveUpExpired(): void {
    const { report, clock } = this.#context;
    const { retry } = this.#target;
    for (;;) {
      const expired = this.#queue.take((delivery) => isExpired(delivery, retry, clock.now()));
      if (expired.length === 0) return;
      for (const delivery of expired) {
        const { target, command, operationID, id, attempts: attempt } = delivery;
        const facts = { target, command, operationID, id, attempt };
        report({ ...facts, result: "expired", duration: 0, error: tooOld });
        this.#alone.delete(delivery.storeID);
        this.#queue.attempted(delivery, { again: false });
        this.#results.add(
          expiredResult(delivery),
          () => this.#queue.written(delivery, { again: false }),
        );
      }
    }
  }

  #startIn(delay: number): void {
    if (delay === Infinity) return;
    this.#cancelStart = this.#context.clock.after(delay, () => this.#go());
  }

  /** How long the deliveries that are ready wait for others, milliseconds. */
  #gatherFor(): number {
    const { batch } = this.#target;
    if (batch === undefined || this.#queue.ready >= batch.max || this.#gate.probing) return 0;
    if (this.#alone.has(this.#queue.peek()!.storeID)) return 0;
    return Math.max(0, this.#queue.readySince + batch.wait - this.#context.clock.monotonic());
  }

  #begin(): void {
    const most = this.#gate.probing ? 1 : this.#most;
    const fits = batchOf(most, ({ storeID }) => this.#alone.has(storeID));
    const { retry } = this.#target;
    const now = this.#context.clock.now();
    const deliveries = this.#queue.take((delivery) =>
      !isExpired(delivery, retry, now) && fits(delivery)
    );
    const request = this.#request(deliveries).finally(() => {
      this.#underWay.delete(request);
      this.#go();
    });
    this.#underWay.add(request);
  }

  async #request(deliveries: readonly StoredDelivery[]): Promise<void> {
    const { post, clock, random } = this.#context;
    const signal = this.#breakOff.signal;
    const target = this.#target;
    const gate = this.#gate;
    const ticket = gate.begin();
    const batched = target.batch && batchRequest(deliveries);
    const attempt = 1 + Math.max(...deliveries.map(({ attempts }) => attempts));
    const ended = stopwatch(clock, deliveries.length > 1);
    let end: RequestEnd;
    try {
      const taken = await post(batched ?? deliveries[0]!, target, { attempt, signal });
      end = ended({ taken });
    } catch (failure) {
      if (signal.aborted) return gate.breakOff(ticket);
      end = ended({ failure: failure ?? new Error("nothing is known of the failure") });
    }
    gate.end(ticket, end.failure);
    // once for all of a batch: what is due at one time can go as the same batch again
    const chance = random();
    for (const delivery of deliveries) this.#settle(delivery, end, () => chance, batched?.id);
  }

  #settle(
    delivery: StoredDelivery,
    request: RequestEnd,
    random: () => number,
    batch: string | undefined,
  ): void {
    const { retry } = this.#target;
    const now = this.#context.clock.now();
    const end = endOf(delivery, request, { retry, now, random });
    this.#report(delivery, end, request.duration, batch);
    if (request.shared && meaningOfFailure(request.failure) === "dead") {
      this.#alone.add(delivery.storeID);
    } else this.#alone.delete(delivery.storeID);
    const again = end.result === "retry" || end.result === "kept";
    this.#queue.attempted(delivery, { again });
    this.#results.add(
      resultOf(end, delivery, recordOf(request)),
      () => this.#queue.written(delivery, { again }),
    );
  }

  #report(
    { target, command, operationID, id, attempts }: StoredDelivery,
    end: AttemptEnd,
    duration: number,
    batch: string | undefined,
  ): void {
    const attempt = attempts + 1;
    const facts = { target, command, operationID, id, attempt, duration };
    const due = end.result === "retry" || end.result === "kept"
      ? { dueAt: this.#context.clock.now() + end.retryIn }
      : {};
    const error = end.result === "delivered" ? {} : { error: end.error };
    const whole = batch === undefined ? {} : { batch };
    this.#context.report({ ...facts, result: end.result, ...error, ...due, ...whole });
  }
}

/** Takes the time of a request from now on. */
function stopwatch(clock: Clock, shared: boolean) {
  const at = clock.now();
  const began = clock.monotonic();
  return (outcome: Pick<RequestEnd, "taken" | "failure">): RequestEnd => ({
    at,
    duration: clock.monotonic() - began,
    shared,
    ...outcome,
  });
}
