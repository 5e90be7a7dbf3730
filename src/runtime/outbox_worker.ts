/**
 * The outbox thread's own wiring: the one writer of the outbox's file, driven by messages.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import { ClockJumps, leastJump } from "../delivery/clock_jumps.ts";
import { GroupCommit, StoreError } from "../delivery/group_commit.ts";
import type { AttemptResult, OutboxCount, Retention } from "../delivery/outbox.ts";
import type {
  CallEnded,
  OutboxNotice,
  OutboxReply,
  OutboxRequest,
  SettleRequest,
} from "../delivery/thread_messages.ts";
import { AdminQuestions } from "../stores/admin_questions.ts";
import { Housekeeping } from "../stores/housekeeping.ts";
import { KeptOutbox, type OutboxWork } from "../stores/kept_outbox.ts";
import { withRemedy } from "../stores/outbox_file_error.ts";
import type { SqliteOutbox } from "../stores/sqlite_outbox.ts";

declare const self: {
  onmessage: ((event: MessageEvent<OutboxRequest>) => void) | null;
  postMessage(reply: OutboxReply): void;
};

type Open = Extract<OutboxRequest, { kind: "open" }>;

/** What works on the open file. */
interface Work extends OutboxWork {
  readonly admin: AdminQuestions;
}

let running: {
  readonly kept: KeptOutbox<Work>;
  readonly commits: GroupCommit<NewDelivery>;
  readonly jumps: ClockJumps;
} | undefined;

self.onmessage = async ({ data: request }) => {
  switch (request.kind) {
    case "open":
      return open(request);
    case "append":
      return self.postMessage(
        await ended(request.call, () => running!.commits.store(request.deliveries)),
      );
    case "probe":
      return self.postMessage(
        await ended(request.call, () => running!.kept.storing().outbox.probe()),
      );
    case "ask":
      return await answer(request);
    case "close":
      return await close();
  }
};

function open({ path, durability, retention, courier }: Open): void {
  const tell = (notice: OutboxNotice) => courier.postMessage(notice);
  const failed = (error: Error) =>
    self.postMessage({ kind: "housekeepingFailed", error: withRemedy(error) });
  try {
    const kept = new KeptOutbox<Work>({
      ...{ path, durability, clock: systemClock },
      keepDelivered: retention.delivered !== undefined,
      begin: (outbox) => beginWork(outbox, { retention, tell, failed }),
      opened(outbox) {
        tell({ kind: "opened" });
        const told = (counts: readonly OutboxCount[]) =>
          self.postMessage({ kind: "opened", counts });
        outbox.counts().then(told, () => told([]));
      },
      notOpen: ({ message }) => self.postMessage({ kind: "notOpen", error: message }),
      replaced: (file) => self.postMessage({ kind: "replaced", file }),
    });
    // also while no store is open: the courier's clock follows the machine's all the time
    const jumps = new ClockJumps(systemClock, async (by) => {
      await kept.open?.outbox.moveDue(by);
      tell({ kind: "clockSet" });
    });
    const commits = new GroupCommit<NewDelivery>(async (deliveries) => {
      const { outbox } = kept.storing();
      // before: a setting of the clock must move the times of older deliveries alone
      await jumps.look();
      await outbox.append(deliveries);
      tell({ kind: "stored", targets: [...new Set(deliveries.map(({ target }) => target))] });
    });
    courier.onmessage = async ({ data }: MessageEvent<SettleRequest>) =>
      tell(
        await ended(data.call, async () => {
          const { outbox } = kept.held();
          await jumps.look();
          await outbox.settle(onThisClock(data));
        }),
      );
    running = { kept, commits, jumps };
  } catch (error) {
    self.postMessage({ kind: "openFailed", error: (error as Error).message });
  }
}

function beginWork(
  outbox: SqliteOutbox,
  { retention, tell, failed }: {
    readonly retention: Retention;
    readonly tell: (notice: OutboxNotice) => void;
    readonly failed: (error: Error) => void;
  },
): Work {
  const housekeeping = new Housekeeping(outbox, retention, systemClock, {
    pruned({ dead }) {
      if (dead > 0) self.postMessage({ kind: "pruned", dead });
    },
    failed,
  });
  const admin = new AdminQuestions(outbox.admin(), systemClock, {
    due: (targets) => tell({ kind: "stored", targets }),
  });
  return {
    admin,
    async stop() {
      housekeeping.stop();
      await admin.stop();
    },
  };
}

async function answer({ call, question }: Extract<OutboxRequest, { kind: "ask" }>): Promise<void> {
  try {
    const answer = await running!.kept.held().work.admin.answer(question);
    self.postMessage({ kind: "answered", call, answer });
  } catch (error) {
    self.postMessage({ kind: "notAnswered", call, error: (error as Error).message });
  }
}

async function ended(call: number, work: () => Promise<void>): Promise<CallEnded> {
  try {
    await work();
    return { kind: "ended", call, error: undefined };
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : error;
    return { kind: "ended", call, error: withRemedy(cause) };
  }
}

/** What the courier asks to settle, in wall time: the clock may have been set since it asked. */
function onThisClock({ results, now }: SettleRequest): readonly AttemptResult[] {
  const by = systemClock.now() - now;
  if (Math.abs(by) < leastJump) return results;
  return results.map((result) =>
    result.kind === "retry" ? { ...result, dueAt: result.dueAt + by } : result
  );
}

async function close(): Promise<void> {
  const { kept, jumps } = running!;
  jumps[Symbol.dispose]();
  try {
    self.postMessage({ kind: "closed", counts: await kept.close() });
  } catch (error) {
    self.postMessage({ kind: "closeFailed", error: (error as Error).message });
  }
}
