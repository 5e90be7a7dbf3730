import type { Clock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { AdminAnswers, AdminQuestion } from "../delivery/kept_delivery.ts";
import type {
  AttemptResult,
  Durability,
  OldestWaiting,
  OutboxCount,
  Retention,
  StoredDelivery,
  StoreID,
} from "../delivery/outbox.ts";
import { OutboxError, type QuestionOf, type Store, type StoreEvents } from "../delivery/store.ts";
import { AdminQuestions } from "./admin_questions.ts";
import { ClockJumps } from "./clock_jumps.ts";
import { Housekeeping } from "./housekeeping.ts";
import { KeptOutbox, type OutboxWork } from "./kept_outbox.ts";
import { LeasedOutbox } from "./leased_outbox.ts";
import { withRemedy } from "./outbox_file_error.ts";
import type { SqliteOutbox } from "./sqlite_outbox.ts";
import { steadyClock } from "./steady_clock.ts";

/** Where the file is and how it is kept. */
export interface SqliteStoreSettings {
  readonly path: string;
  readonly durability: Durability;
  readonly retention: Retention;
}

/** What works on the open file. */
interface Work extends OutboxWork {
  readonly outbox: LeasedOutbox;
  readonly admin: AdminQuestions;
}

/**
 * The store in a SQLite file, open whenever that is possible. Its calls block the thread that they
 * run on, so that it belongs on a thread of its own or on the courier's.
 */
export class SqliteStore implements Store {
  readonly #kept: KeptOutbox<Work>;
  readonly #jumps: ClockJumps;

  /**
   * Opens the file, or makes it, or begins to try it again.
   *
   * @throws {OutboxFileError} if its path is a mistake.
   */
  constructor(
    { path, durability, retention }: SqliteStoreSettings,
    clock: Clock,
    events: StoreEvents,
  ) {
    const steady = steadyClock(clock);
    this.#kept = new KeptOutbox<Work>({
      path,
      durability,
      clock,
      now: steady.now,
      keepDelivered: retention.delivered !== undefined,
      begin: (file) => beginWork(file, { retention, clock, steady, events }),
      opened: (file) => events.opened(countsOf(file)),
      notOpen: events.notOpen,
      replaced: events.replaced,
    });
    // also while no file is open: the steady clock follows the machine's all the time
    this.#jumps = new ClockJumps(clock, (by) => {
      this.#kept.open?.outbox.moveDue(by);
      steady.follow();
    });
  }

  append(deliveries: readonly NewDelivery[], lease: number): Promise<readonly StoredDelivery[]> {
    return this.#attempt(() => {
      const { outbox } = this.#kept.storing().work;
      // before: a setting of the clock must move the times of older deliveries alone
      this.#jumps.look();
      return outbox.append(deliveries, lease);
    });
  }

  claim(
    target: string,
    count: number,
    lease: number,
    options?: { readonly overdueBy?: number },
  ): Promise<readonly StoredDelivery[]> {
    return this.#attempt(() =>
      this.#kept.open?.work.outbox.claim(target, count, lease, options) ?? []
    );
  }

  release(ids: readonly StoreID[]): Promise<void> {
    return this.#attempt(() => this.#kept.open?.work.outbox.release(ids));
  }

  nextDue(target: string): Promise<number | undefined> {
    return this.#attempt(() => this.#kept.open?.work.outbox.nextDue(target));
  }

  settle(results: readonly AttemptResult[]): Promise<void> {
    return this.#attempt(() => this.#kept.held().work.outbox.settle(results));
  }

  probe(): Promise<void> {
    return this.#attempt(() => this.#kept.storing().work.outbox.probe());
  }

  counts(): Promise<readonly OutboxCount[]> {
    return this.#attempt(() => this.#kept.held().work.outbox.counts());
  }

  oldest(): Promise<readonly OldestWaiting[]> {
    return this.#attempt(() => this.#kept.held().work.outbox.oldest());
  }

  async ask<Kind extends AdminQuestion["kind"]>(
    question: QuestionOf<Kind>,
  ): Promise<AdminAnswers[Kind]> {
    const answer = await this.#attempt(() => this.#kept.held().work.admin.answer(question));
    return answer as AdminAnswers[Kind];
  }

  close(): Promise<readonly OutboxCount[]> {
    this.#jumps[Symbol.dispose]();
    return this.#attempt(() => this.#kept.close());
  }

  /** Does something, and says what to do about it if it fails. */
  async #attempt<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      throw new OutboxError(withRemedy(cause), { cause });
    }
  }
}

function beginWork(
  file: SqliteOutbox,
  { retention, clock, steady, events }: {
    readonly retention: Retention;
    readonly clock: Clock;
    readonly steady: Clock;
    readonly events: StoreEvents;
  },
): Work {
  const housekeeping = new Housekeeping(file, retention, clock, {
    pruned({ dead }) {
      if (dead > 0) events.deadLettersDeleted(dead);
    },
    failed: (cause) => events.failed(new OutboxError(withRemedy(cause), { cause })),
  });
  const admin = new AdminQuestions(file.admin(), steady, events.due);
  return {
    outbox: new LeasedOutbox(file, steady),
    admin,
    async stop() {
      housekeeping.stop();
      await admin.stop();
    },
  };
}

/** A file that was opened is open, whatever it fails at then. */
function countsOf(file: SqliteOutbox): readonly OutboxCount[] {
  try {
    return file.counts();
  } catch {
    return [];
  }
}
