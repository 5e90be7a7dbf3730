import type { Clock } from "../chain/clock.ts";
import type { CourierOutbox } from "./courier_context.ts";
import type { Settlement } from "./outbox.ts";

/** What writing down needs. */
export interface SettlementsContext {
  readonly outbox: CourierOutbox;
  readonly clock: Clock;
  readonly outboxFailed: (error: Error) => void;
}

/** How long settlements may gather before they are written, milliseconds. */
const gatherFor = 20;
/** How many settlements are written at once at least. */
const enough = 200;
/** How long to wait after the outbox failed, milliseconds. */
const pauseAfterFailure = 1000;

/**
 * Writes down what became of attempts, many at a time. What a crash loses here is only delivered
 * once more.
 */
export class Settlements {
  readonly #context: SettlementsContext;
  #gathered: Entry[] = [];
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(context: SettlementsContext) {
    this.#context = context;
  }

  /** Notes a settlement; `written` is called when it stands in the outbox. */
  add(settlement: Settlement, written: () => void): void {
    this.#gathered.push({ settlement, written });
    if (this.#gathered.length >= enough) this.#write();
    else this.#later(gatherFor);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#write();
    await this.#writing;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #later(milliseconds: number): void {
    this.#cancelTimer ??= this.#context.clock.after(milliseconds, () => this.#write());
  }

  #write(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#settle(batch));
  }

  async #settle(batch: readonly Entry[]): Promise<void> {
    try {
      await this.#context.outbox.settle(batch.map(({ settlement }) => settlement));
      for (const { written } of batch) written();
    } catch (error) {
      this.#context.outboxFailed(error as Error);
      this.#gathered = [...batch, ...this.#gathered];
      this.#later(pauseAfterFailure);
    }
  }
}

interface Entry {
  readonly settlement: Settlement;
  readonly written: () => void;
}
