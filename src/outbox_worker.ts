/**
 * The outbox thread's own wiring: the one writer of the outbox's file, driven by messages.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { systemClock } from "./chain/clock.ts";
import { ClockJumps, leastJump } from "./delivery/clock_jumps.ts";
import { CpuPressure } from "./delivery/cpu_pressure.ts";
import { GroupCommit } from "./delivery/group_commit.ts";
import { DamagedPackError, type PackedDeliveries } from "./delivery/packed_deliveries.ts";
import type { Settlement } from "./delivery/outbox.ts";
import { Staging } from "./delivery/staging.ts";
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
  readonly commits: GroupCommit<PackedDeliveries>;
  readonly staging: Staging;
  readonly housekeeping: Housekeeping;
  readonly desk: DeskWork;
  readonly jumps: ClockJumps;
  readonly lock: Disposable;
} | undefined;

self.onmessage = async ({ data: request }) => {
  switch (request.kind) {
    case "open":
      return await open(request);
    case "append":
      await running!.jumps.look();
      return self.postMessage(
        await ended(request.call, running!.commits.store(request.packs)),
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
    const queued = (targets: readonly string[]) => tell({ kind: "stored", targets });
    const failed = ({ message }: Error) =>
      self.postMessage({ kind: "housekeepingFailed", error: message });
    const pressure = new CpuPressure({
      clock: systemClock,
      cpuTime: processCpuTime,
      processors: navigator.hardwareConcurrency,
    });
    const staging = new Staging({
      outbox,
      clock: systemClock,
      pressed: () => pressure.high,
      queued,
      failed,
    });
    const commits = new GroupCommit<PackedDeliveries>((packs) => staging.store(packs));
    const housekeeping = new Housekeeping(outbox, retention, systemClock, {
      pruned({ dead }) {
        if (dead > 0) self.postMessage({ kind: "pruned", dead });
      },
      failed,
    });
    const desk = new DeskWork(outbox.desk(), systemClock, {
      due: queued,
      damaged: (pack) => failed(new DamagedPackError(pack)),
    });
    const jumps = new ClockJumps(systemClock, async (by) => {
      await outbox.moveDue(by);
      tell({ kind: "clockSet", by });
    });
    running = { outbox, commits, staging, housekeeping, desk, jumps, lock: opening.move() };
    courier.onmessage = async ({ data }: MessageEvent<SettleRequest>) => {
      staging.attempted(data.attempts);
      await jumps.look();
      tell(await ended(data.call, outbox.settle(onThisClock(data))));
    };
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

/** What the courier asks to settle, in wall time: the clock may have been set since it asked. */
function onThisClock({ settlements, now }: SettleRequest): readonly Settlement[] {
  const by = systemClock.now() - now;
  if (Math.abs(by) < leastJump) return settlements;
  return settlements.map((settlement) =>
    settlement.kind === "retry" ? { ...settlement, dueAt: settlement.dueAt + by } : settlement
  );
}

/** The processor time of all threads of this process, milliseconds. */
function processCpuTime(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

async function close(): Promise<void> {
  const { outbox, staging, housekeeping, desk, jumps, lock } = running!;
  try {
    jumps[Symbol.dispose]();
    staging.stop();
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
