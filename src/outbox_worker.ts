/**
 * The outbox thread's own wiring: the one writer of the outbox's file, driven by messages.
 *
 * @module
 */
import { systemClock } from "./chain/clock.ts";
import { GroupCommit } from "./delivery/group_commit.ts";
import type {
  CallEnded,
  OutboxNotice,
  OutboxReply,
  OutboxRequest,
  SettleRequest,
} from "./delivery/thread_messages.ts";
import { DeskWork } from "./stores/desk_work.ts";
import { Housekeeping } from "./stores/housekeeping.ts";
import { lockOutbox } from "./stores/outbox_lock.ts";
import { SqliteOutbox } from "./stores/sqlite_outbox.ts";

declare const self: {
  onmessage: ((event: MessageEvent<OutboxRequest>) => void) | null;
  postMessage(reply: OutboxReply): void;
};

type Open = Extract<OutboxRequest, { kind: "open" }>;

let running: {
  readonly outbox: SqliteOutbox;
  readonly commits: GroupCommit;
  readonly housekeeping: Housekeeping;
  readonly desk: DeskWork;
  readonly lock: Disposable;
} | undefined;

self.onmessage = async ({ data: request }) => {
  switch (request.kind) {
    case "open":
      return await open(request);
    case "append":
      return self.postMessage(
        await ended(request.call, running!.commits.store(request.deliveries)),
      );
    case "probe":
      return self.postMessage(await ended(request.call, running!.outbox.probe()));
    case "ask":
      return await answer(request);
    case "close":
      return await close();
  }
};

async function open({ path, durability, retention, courier }: Open): Promise<void> {
  const tell = (notice: OutboxNotice) => courier.postMessage(notice);
  try {
    using opening = new DisposableStack();
    opening.use(lockOutbox(path));
    const keepDelivered = retention.delivered !== undefined;
    const outbox = new SqliteOutbox(path, durability, { keepDelivered });
    outbox.checkIntact();
    const commits = new GroupCommit(async (deliveries) => {
      await outbox.append(deliveries);
      tell({ kind: "stored", targets: [...new Set(deliveries.map(({ target }) => target))] });
    });
    const housekeeping = new Housekeeping(outbox, retention, systemClock, {
      pruned({ dead }) {
        if (dead > 0) self.postMessage({ kind: "pruned", dead });
      },
      failed: ({ message }) => self.postMessage({ kind: "housekeepingFailed", error: message }),
    });
    const desk = new DeskWork(
      outbox.desk(),
      systemClock,
      (targets) => tell({ kind: "stored", targets }),
    );
    running = { outbox, commits, housekeeping, desk, lock: opening.move() };
    courier.onmessage = async ({ data }: MessageEvent<SettleRequest>) =>
      tell(await ended(data.call, outbox.settle(data.settlements)));
    self.postMessage({ kind: "opened", counts: await outbox.counts() });
  } catch (error) {
    self.postMessage({ kind: "openFailed", error: (error as Error).message });
  }
}

async function answer({ call, question }: Extract<OutboxRequest, { kind: "ask" }>): Promise<void> {
  try {
    const answer = await running!.desk.answer(question);
    self.postMessage({ kind: "answered", call, answer });
  } catch (error) {
    self.postMessage({ kind: "notAnswered", call, error: (error as Error).message });
  }
}

async function ended(call: number, work: Promise<void>): Promise<CallEnded> {
  try {
    await work;
    return { kind: "ended", call, error: undefined };
  } catch (error) {
    return { kind: "ended", call, error: (error as Error).message };
  }
}

async function close(): Promise<void> {
  const { outbox, housekeeping, desk, lock } = running!;
  try {
    housekeeping.stop();
    await desk.stop();
    const counts = await outbox.counts();
    await outbox.close();
    lock[Symbol.dispose]();
    self.postMessage({ kind: "closed", counts });
  } catch (error) {
    self.postMessage({ kind: "closeFailed", error: (error as Error).message });
  }
}
