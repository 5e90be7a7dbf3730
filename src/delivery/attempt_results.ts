import type { Clock } from "../chain/clock.ts";
import type { CourierOutbox } from "./courier_context.ts";
import type { AttemptResult } from "./outbox.ts";
import { errorOf } from "../values/thrown.ts";

/** What writing down needs. */
export interface ResultsContext {
  readonly outbox: CourierOutbox;
  readonly clock: Clock;
  readonly outboxFailed: (error: Error) => void;
  /** Called when the outbox takes results again after it had failed. */
  readonly outboxWrites: () => void;
}

/** How long results may gather before they are written, milliseconds. */
const gatherFor = 20;
/** How many results are written at once at least. */
const enough = 200;
/** How many results one transaction writes at most, so that none waits long for others'. */
const most = 1000;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;
/** How often the last of it is tried to be written, and how long to wait between, milliseconds. */
const closing = { tries: 3, pause: 100 };

/** Results of attempts that the outbox did not take before the courier ended. */
class UnwrittenResults extends Error {
  override readonly name = "UnwrittenResults";
}

/**
 * Writes down what became of attempts, many at a time and one transaction after the other. What a
 * crash loses here is only delivered once more.
 */
export class AttemptResults {
  readonly #context: ResultsContext;
  #gathered: Entry[] = [];
  /** Set while results gather, and while the outbox is left alone after a failure. */
  #cancelTimer: (() => void) | undefined;
  #paused = false;
  #failing = false;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(context: ResultsContext) {
    this.#context = context;
  }

  /** Whether the outbox did not take the last results: no target is sent anything until it does. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Notes a result; `written` is called when it is in the outbox. */
  add(result: AttemptResult, written: () => void): void {
    const now = this.#context.clock.monotonic();
    const retryAt = result.kind === "retry" ? now + result.retryIn : undefined;
    this.#gathered.push({ result, retryAt, written });
    this.#schedule();
  }

  /** Writes what is left, tries again if the outbox fails, and reports what it did not take. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    await this.#writing;
    for (let left = closing.tries; this.#gathered.length > 0 && left > 0; left--) {
      if (left < closing.tries) await this.#wait(closing.pause);
      await this.#write();
    }
    const lost = this.#gathered.length;
    if (lost === 0) return;
    const message = `what became of ${lost} deliveries could not be written down: ` +
      "the next run will deliver them again";
    this.#context.outboxFailed(new UnwrittenResults(message));
  }

  #schedule(): void {
    if (this.#closed || this.#paused || this.#writing !== undefined) return;
    if (this.#gathered.length >= enough) this.#begin();
    else if (this.#gathered.length > 0) {
      this.#cancelTimer ??= this.#context.clock.after(gatherFor, () => this.#begin());
    }
  }

  #begin(): void {
    this.#stopTimer();
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      this.#schedule();
    });
  }

  async #write(): Promise<void> {
    const batch = this.#gathered.splice(0, this.#closed ? Infinity : most);
    try {
      await this.#context.outbox.settle(batch.map((entry) => this.#fromNowOn(entry)));
    } catch (error) {
      this.#context.outboxFailed(errorOf(error));
      this.#gathered = [...batch, ...this.#gathered];
      this.#failing = true;
      if (!this.#closed) this.#pause();
      return;
    }
    const failed = this.#failing;
    this.#failing = false;
    for (const { written } of batch) written();
    if (failed) this.#context.outboxWrites();
  }

  /** A result as it is written now: the wait for a retry has begun when the attempt ended. */
  #fromNowOn({ result, retryAt }: Entry): AttemptResult {
    if (result.kind !== "retry" || retryAt === undefined) return result;
    return { ...result, retryIn: Math.max(0, retryAt - this.#context.clock.monotonic()) };
  }

  #pause(): void {
    this.#paused = true;
    this.#cancelTimer = this.#context.clock.after(pauseAfterFailure, () => this.#begin());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#paused = false;
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#context.clock.after(milliseconds, resolve));
  }
}

interface Entry {
  readonly result: AttemptResult;
  /** When it is tried again, by the monotonic clock; undefined if it is not. */
  readonly retryAt: number | undefined;
  readonly written: () => void;
}
