/**
 * The delivery thread's own wiring: the outbox's file and the courier, driven by messages.
 *
 * @module
 */
import { systemClock } from "./chain/clock.ts";
import { Courier } from "./delivery/courier.ts";
import { GroupCommit } from "./delivery/group_commit.ts";
import { post } from "./delivery/post.ts";
import type { ThreadReply, ThreadRequest } from "./delivery/thread_messages.ts";
import { SqliteOutbox } from "./stores/sqlite_outbox.ts";

declare const self: {
  onmessage: ((event: MessageEvent<ThreadRequest>) => void) | null;
  postMessage(reply: ThreadReply): void;
};

type Start = Extract<ThreadRequest, { kind: "start" }>;
type Append = Extract<ThreadRequest, { kind: "append" }>;

let running:
  | {
    readonly outbox: SqliteOutbox;
    readonly courier: Courier;
    readonly commits: GroupCommit;
  }
  | undefined;

self.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case "start":
      return void start(request);
    case "append":
      return void append(request);
    case "stop":
      return void stop(request.within);
  }
};

async function start({ path, durability, targets, reportDelivered }: Start): Promise<void> {
  try {
    const outbox = new SqliteOutbox(path, durability);
    const courier = new Courier(targets, {
      outbox,
      post,
      clock: systemClock,
      random: Math.random,
      report(report) {
        if (report.result !== "delivered" || reportDelivered) {
          self.postMessage({ kind: "attempted", report });
        }
      },
      outboxFailed: (error) => self.postMessage({ kind: "outboxFailed", error: error.message }),
    });
    const commits = new GroupCommit((deliveries) => outbox.append(deliveries));
    running = { outbox, courier, commits };
    self.postMessage({ kind: "started", counts: await outbox.counts() });
    courier.wake();
  } catch (error) {
    self.postMessage({ kind: "startFailed", error: (error as Error).message });
  }
}

async function append({ batch, deliveries }: Append): Promise<void> {
  try {
    await running!.commits.store(deliveries);
    self.postMessage({ kind: "appended", batch, error: undefined });
  } catch (error) {
    self.postMessage({ kind: "appended", batch, error: (error as Error).message });
    return;
  }
  for (const target of new Set(deliveries.map(({ target }) => target))) {
    running!.courier.wake(target);
  }
}

async function stop(within: number): Promise<void> {
  const { outbox, courier } = running!;
  await courier.stop(within);
  const counts = await outbox.counts();
  await outbox.close();
  self.postMessage({ kind: "stopped", counts });
}
