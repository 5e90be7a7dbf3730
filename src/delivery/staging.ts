import { setImmediate } from "node:timers";
import type { Clock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import {
  type DamagedPack,
  DamagedPackError,
  type PackedDeliveries,
  unpacked,
} from "./packed_deliveries.ts";

/** How long a delivery is held back, milliseconds, until it has to go as fast as others come. */
const longestHold = 5000;
/** How many deliveries to a target the courier may lag behind, as {@link lagPerAttempt} counts. */
const mostLag = 256;
/**
 * An attempt makes up for more than one delivery that was queued: what an operator has dropped is
 * never attempted, and is not the courier's lag. Where fewer than two of three are attempted, the
 * lag grows.
 */
const lagPerAttempt = 1.5;
/** Deliveries that are queued in one transaction beside what comes in, less than a millisecond of work. */
const queuedAtOnce = 64;
/** Without a delivery to store for so long, milliseconds, no callback waits for the outbox. */
const quiet = 20;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;

/** The outbox, as storing into it needs it; what it is asked for is done in that order. */
export interface StagingOutbox {
  /** Stores deliveries in one transaction: some are due now, those in packs when they are queued. */
  append(
    deliveries: readonly NewDelivery[],
    staged: readonly PackedDeliveries[],
  ): Promise<void>;
  /** Queues so many staged deliveries, the oldest first, and the rest of their last pack. */
  queueStaged(least: number): Promise<QueuedPacks>;
}

/** What was taken from the stage into the queue. */
export interface QueuedPacks {
  /** The targets that have something new in the queue. */
  readonly targets: readonly string[];
  /** When the first of those that are left was made, epoch milliseconds; undefined for none. */
  readonly next: number | undefined;
  /** The targets of those that are left. */
  readonly left: readonly string[];
  /** What could not be read, and stands aside in the file. */
  readonly damaged: readonly DamagedPack[];
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
 * more than the machine can answer and deliver at the same time, and the courier has fallen behind
 * with their target, which it could not send them to any sooner. Then they are staged, which is as
 * safe and takes a fraction of the work: the callbacks are answered first, and what they ask for is
 * delivered when the burst is over, or when it was held back for so long that it has to go. None
 * overtakes another to the same target on the way.
 */
export class Staging {
  readonly #context: StagingContext;
  readonly #atTurnsEnd: NonNullable<StagingContext["atTurnsEnd"]>;
  /** When the first on the stage was made; undefined where that is empty. */
  #oldest: number | undefined;
  /** The targets that have something on the stage; undefined before the first look, for all. */
  #staged: ReadonlySet<string> | undefined;
  /** The targets of what was staged since the last look began. */
  #noted = new Set<string>();
  /** By how many deliveries to a target the courier has fallen behind since the pressure began. */
  readonly #lags = new Map<string, number>();
  /** How many were staged since the last look. */
  #stagedSince = 0;
  #storedAt = -Infinity;
  /** Whether a look at the stage is due at the turn's end, or under way. */
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
    const { outbox, clock, pressed } = this.#context;
    this.#storedAt = clock.monotonic();
    // what is never attempted does not count for ever: the count begins anew with each burst
    if (!pressed()) this.#lags.clear();
    const due: PackedDeliveries[] = [];
    const staged: PackedDeliveries[] = [];
    for (const pack of packs) (this.#isBehind(pack.target) ? staged : due).push(pack);
    // noted before anybody waits: what is stored in the same turn must not overtake these
    this.#note(staged);
    await outbox.append(due.flatMap(unpacked), staged);
    if (due.length > 0) this.#queued(due);
  }

  /** So many deliveries to each target were attempted, or too old to be. */
  attempted(counts: ReadonlyMap<string, number>): void {
    for (const [target, count] of counts) {
      const lag = this.#lags.get(target) ?? 0;
      this.#lags.set(target, Math.max(0, lag - lagPerAttempt * count));
    }
  }

  /** Queues nothing more; what is staged is there at the next start. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Whether deliveries to the target have to wait for others, or for the courier. */
  #isBehind(target: string): boolean {
    return (this.#staged?.has(target) ?? true) || this.#noted.has(target) ||
      (this.#lags.get(target) ?? 0) >= mostLag;
  }

  #note(staged: readonly PackedDeliveries[]): void {
    if (staged.length === 0) return;
    for (const { target, count } of staged) {
      this.#noted.add(target);
      this.#stagedSince += count;
    }
    this.#oldest ??= staged[0]!.oldest;
    this.#look();
  }

  #queued(packs: readonly PackedDeliveries[]): void {
    const lags = this.#lags;
    for (const { target, count } of packs) lags.set(target, (lags.get(target) ?? 0) + count);
    this.#context.queued([...new Set(packs.map(({ target }) => target))]);
  }

  /** Looks at the stage at the turn's end, unless a timer does so later. */
  #look(): void {
    if (this.#looking || this.#stopped || this.#cancelTimer !== undefined) return;
    this.#looking = true;
    this.#atTurnsEnd(async () => {
      const pause = await this.#queue();
      this.#looking = false;
      if (pause === 0) this.#look();
      else if (pause !== undefined) this.#lookIn(pause);
    });
  }

  #lookIn(delay: number): void {
    if (this.#stopped) return;
    this.#cancelTimer = this.#context.clock.after(delay, () => {
      this.#cancelTimer = undefined;
      // what came in the pause goes in its turn
      this.#stagedSince = 0;
      this.#look();
    });
  }

  /** Queues some of what is staged; returns when to look again, milliseconds, if at all. */
  async #queue(): Promise<number | undefined> {
    if (this.#stopped || this.#oldest === undefined) return undefined;
    const came = this.#stagedSince;
    this.#stagedSince = 0;
    if (this.#holdsBack(this.#oldest)) return quiet;
    const { outbox, queued, failed } = this.#context;
    this.#staged = this.#staged?.union(this.#noted);
    this.#noted = new Set();
    try {
      // as many as have just come as well: else the stage grows as long as the burst lasts
      const { targets, next, left, damaged } = await outbox.queueStaged(queuedAtOnce + came);
      this.#staged = new Set(left);
      // what was noted meanwhile may be on the stage or not yet
      this.#oldest = next ?? (this.#noted.size > 0 ? -Infinity : undefined);
      if (targets.length > 0) queued(targets);
      for (const pack of damaged) failed(new DamagedPackError(pack));
    } catch (error) {
      failed(error as Error);
      return pauseAfterFailure;
    }
    return this.#oldest === undefined ? undefined : 0;
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
