import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { Courier } from "../../src/delivery/courier.ts";
import type { AttemptReport, CourierContext } from "../../src/delivery/courier_context.ts";
import type { Outbox, OutboxCount } from "../../src/delivery/outbox.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { createPost } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import type { Target } from "../../src/delivery/target.ts";
import type { TargetChange } from "../../src/delivery/target_change.ts";
import { LeasedOutbox } from "../../src/stores/leased_outbox.ts";
import type { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { steadyClock } from "../../src/stores/steady_clock.ts";
import { type OutboxFile, outboxFile } from "../stores/outbox_file.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** What a test may choose. */
export interface BenchParts {
  readonly targets: readonly Target[];
  /** The file of an earlier run; it is the test's to close. */
  readonly file?: OutboxFile;
  readonly random?: () => number;
  /** What the courier gets in place of the outbox itself. */
  readonly wrap?: (outbox: Outbox) => Outbox;
  readonly post?: CourierContext["post"];
}

/** A courier over a real outbox file, on a clock that moves when the test says so. */
export interface CourierBench extends AsyncDisposable {
  readonly courier: Courier;
  /** The file itself: what is put into it is claimed by nobody. */
  readonly outbox: SqliteOutbox;
  /** The same as the courier has it. */
  readonly leased: LeasedOutbox;
  /** Goes on as time passes; a test that sets the clock lets it follow. */
  readonly steady: ReturnType<typeof steadyClock>;
  readonly clock: FakeClock;
  readonly reports: readonly AttemptReport[];
  readonly changes: readonly TargetChange[];
  readonly outboxFailures: readonly string[];
  /** Stores deliveries and wakes the lanes, which read them from the file. */
  take(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Stores deliveries and hands them to the lanes from memory, as a callback does. */
  takeFresh(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Resolves when so many attempts have been reported. */
  reported(count: number): Promise<readonly AttemptReport[]>;
  /** Lets what gathers be written, and waits until the outbox holds so much. */
  holds(count: Omit<OutboxCount, "target">): Promise<void>;
}

/** Makes a courier: `await using bench = await courierBench({ targets });` */
export async function courierBench(
  { targets, file, random = () => 0.5, wrap = (outbox) => outbox, post }: BenchParts,
): Promise<CourierBench> {
  const ownFile = file === undefined ? await outboxFile() : undefined;
  const outbox = (file ?? ownFile!).open();
  const connections = new TargetConnections();
  const clock = new FakeClock();
  const steady = steadyClock(clock);
  const leased = new LeasedOutbox(outbox, steady);
  const reports: AttemptReport[] = [];
  const changes: TargetChange[] = [];
  const outboxFailures: string[] = [];
  const courier = new Courier(targets, {
    outbox: wrap(leased),
    clock,
    random,
    post: post ?? createPost(connections, { deliveredWhen: answerCondition }),
    report: (report) => void reports.push(report),
    targetChanged: (change) => void changes.push(change),
    outboxFailed: ({ message }) => void outboxFailures.push(message),
  });
  return {
    courier,
    outbox,
    leased,
    steady,
    clock,
    reports,
    changes,
    outboxFailures,
    take(deliveries) {
      outbox.append(deliveries);
      courier.wake();
      return Promise.resolve();
    },
    async takeFresh(deliveries) {
      courier.stored(deliveries, await leased.append(deliveries, courier.lease));
    },
    async reported(count) {
      await eventually(`${count} attempts`, () => reports.length >= count);
      return reports;
    },
    holds: ({ waiting, dead }) =>
      eventually(`${waiting} waiting and ${dead} dead`, async () => {
        clock.advance(20);
        const counts = await outbox.counts();
        const sum = (of: "waiting" | "dead") => counts.reduce((all, count) => all + count[of], 0);
        return sum("waiting") === waiting && sum("dead") === dead;
      }),
    async [Symbol.asyncDispose]() {
      let stopped = false;
      const stopping = courier.stop(0).finally(() => stopped = true);
      // an outbox that takes no results is tried a few times
      await eventually("the courier has stopped", () => {
        clock.advance(100);
        return stopped;
      });
      await stopping;
      await connections.close();
      await ownFile?.[Symbol.asyncDispose]();
    },
  };
}

/** Answers that come when the test lets them. */
export function gate() {
  const waiting: (() => void)[] = [];
  let open = false;
  let most = 0;
  return {
    answer: async (): Promise<Response> => {
      if (!open) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          most = Math.max(most, waiting.length);
        });
      }
      return new Response(null, { status: 204 });
    },
    /** The most requests that have waited at once. */
    get most(): number {
      return most;
    },
    /** Lets the one that has waited longest go. */
    release(): void {
      waiting.shift()?.();
    },
    /** Lets all go, and all that come. */
    open(): void {
      open = true;
      for (const go of waiting.splice(0)) go();
    },
  };
}
