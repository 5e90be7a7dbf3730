import { setImmediate } from "node:timers";
import type { Clock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import { type PackedDeliveries, unpacked } from "./packed_deliveries.ts";

/** How long a delivery is held back at most, milliseconds. */
const longestHold = 5000;
/** How many deliveries the courier may lag behind, as {@link lagPerAttempt} counts: a read of the outbox. */
const mostLag = 256;
/**
 * An attempt makes up for more than one delivery that was queued: what a target that hangs leaves
 * is not the courier's lag. Where fewer than two of three are attempted, the lag grows.
 */
const lagPerAttempt = 1.5;
/** Deliveries that are queued in one transaction, a fraction of a millisecond of work. */
const queuedAtOnce = 64;
/** Without a delivery to store for so long, milliseconds, no callback waits for the outbox. */
const quiet = 20;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;

/** The outbox, as storing into it needs it. */
export interface StagingOutbox {
  /** Stores deliveries in one transaction and queues them, so that they are due. */
  append(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Stores packs of deliveries in one transaction; they are due when they are queued. */
  stage(packs: readonly PackedDeliveries[]): Promise<void>;
  /** Queues so many staged deliveries, the oldest first, and the rest of their last pack. */
  queueStaged(least: number): Promise<QueuedPacks>;
}

/** What was taken from the stage into the queue. */
export interface QueuedPacks {
  readonly count: number;
  /** The targets that have something new in the queue. */
  readonly targets: readonly string[];
  /** When the first of those that are left was made, epoch milliseconds; undefined for none. */
  readonly next: number | undefined;
}

/** What staging works with. */
export interface StagingContext {
  readonly outbox: StagingOutbox;
  readonly clock: Clock;
  /** Whether answering and delivering are in each other's way. */
  readonly pressed: () => boolean;
  /** There is something new in the queue for these targets. */
  readonly queued: (targets: readonly string[]) => void;
  readonly failed: (error: Error) => void;
  /** Calls back when what has come in is seen to; `setImmediate` by default. */
  readonly atTurnsEnd?: (callback: () => void) => void;
}

/**
 * Stores deliveries, and decides when they are queued for the courier: at once, unless a burst is
 * more than the machine can answer and deliver at the same time, and the courier has fallen behind,
 * which could not send them any sooner. Then they are staged, which is as
 * safe and takes a fraction of the work: the callbacks are answered first, and what they ask for is
 * delivered when the burst is over, or when it was held back for so long that it has to go. None
 * overtakes another on the way.
 */
export class Staging {
  readonly #context: StagingContext;
  readonly #atTurnsEnd: (callback: () => void) => void;
  /** When the first on the stage was made; undefined where that is empty. */
  #oldest: number | undefined;
  /** By how many deliveries the courier has fallen behind since the pressure began. */
  #lag = 0;
  #storedAt = -Infinity;
  /** Whether a look at the stage is due at the turn's end. */
  #looking = false;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  /** Begins at once to queue what the run before has left on the stage. */
  constructor(context: StagingContext) {
    this.#context = context;
    this.#atTurnsEnd = context.atTurnsEnd ?? setImmediate;
    this.#oldest = -Infinity;
    this.#look();
  }

  /** Stores deliveries in one transaction; resolves when a crash cannot lose them any more. */
  async store(packs: readonly PackedDeliveries[]): Promise<void> {
    const { outbox, clock, pressed, queued } = this.#context;
    this.#storedAt = clock.monotonic();
    // what an operator drops is never attempted: the count begins anew with each burst
    if (!pressed()) this.#lag = 0;
    if (this.#oldest === undefined && this.#lag < mostLag) {
      const deliveries = packs.flatMap(unpacked);
      await outbox.append(deliveries);
      this.#lag += deliveries.length;
      return queued([...new Set(packs.map(({ target }) => target))]);
    }
    await outbox.stage(packs);
    this.#oldest ??= packs[0]?.oldest;
    this.#look();
  }

  /** So many attempts have ended. */
  attempted(count: number): void {
    this.#lag = Math.max(0, this.#lag - lagPerAttempt * count);
  }

  /** Queues nothing more; what is staged is there at the next start. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Looks at the stage at the turn's end, unless a timer does so later. */
  #look(): void {
    if (this.#looking || this.#stopped || this.#cancelTimer !== undefined) return;
    this.#looking = true;
    this.#atTurnsEnd(() => {
      this.#looking = false;
      void this.#queue();
    });
  }

  #lookIn(delay: number): void {
    if (this.#stopped) return;
    this.#cancelTimer = this.#context.clock.after(delay, () => {
      this.#cancelTimer = undefined;
      this.#look();
    });
  }

  async #queue(): Promise<void> {
    if (this.#stopped || this.#oldest === undefined) return;
    if (this.#holdsBack(this.#oldest)) return this.#lookIn(quiet);
    const { outbox, queued, failed } = this.#context;
    try {
      const { count, targets, next } = await outbox.queueStaged(queuedAtOnce);
      this.#oldest = next;
      if (count > 0) queued(targets);
    } catch (error) {
      failed(error as Error);
      return this.#lookIn(pauseAfterFailure);
    }
    this.#look();
  }

  /** Whether callbacks that come in gain by it that what is on the stage stays there. */
  #holdsBack(oldest: number): boolean {
    const { clock, pressed } = this.#context;
    if (clock.monotonic() - this.#storedAt >= quiet || !pressed()) return false;
    const age = clock.now() - oldest;
    // one from the future was made before the clock was set back, nobody knows when
    return age >= 0 && age < longestHold;
  }
}
