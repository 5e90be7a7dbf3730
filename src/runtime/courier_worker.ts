/**
 * The courier thread's own wiring: reads the outbox's file itself, leaves writing to the outbox
 * thread, and is driven by messages.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";
import { AttemptTallies } from "../delivery/attempt_tallies.ts";
import { Connections } from "../delivery/connections.ts";
import { Courier } from "../delivery/courier.ts";
import { readFigures } from "../delivery/outbox_figures.ts";
import { PendingCalls } from "../delivery/pending_calls.ts";
import { createPost } from "../delivery/post.ts";
import type {
  CourierReply,
  CourierRequest,
  OutboxNotice,
  SettleRequest,
} from "../delivery/thread_messages.ts";
import { answerCondition } from "../expressions/answer_condition.ts";
import { tracedPost } from "../observe/attempt_spans.ts";
import { maskedPost } from "../observe/masked_post.ts";
import { openTracer } from "../observe/tracer.ts";
import { OutboxNotOpenError } from "../stores/kept_outbox.ts";
import { SqliteOutbox } from "../stores/sqlite_outbox.ts";

declare const self: {
  onmessage: ((event: MessageEvent<CourierRequest>) => void) | null;
  postMessage(reply: CourierReply): void;
};

type Start = Extract<CourierRequest, { kind: "start" }>;

/**
 * How often every lane looks again, milliseconds: an operator's command may have put deliveries
 * back into the file, of which nothing tells.
 */
const lookAgain = 2000;

interface Running {
  readonly courier: Courier;
  readonly connections: Connections;
}

let running: Running | undefined;
let lookingAgain: ReturnType<typeof setInterval> | undefined;

/** The file as this thread reads it; undefined before the outbox thread could open it. */
let file: SqliteOutbox | undefined;

/** Whether what the file holds may be sent. */
let delivering = false;

/** Whether deliveries that went well are reported too. */
let reportDelivered = false;

self.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case "start":
      return start(request);
    case "deliver":
      return deliver();
    case "resume": {
      const { call, target } = request;
      const resumed = running!.courier.resume(target);
      return self.postMessage({ kind: "resumed", call, resumed });
    }
    case "standings": {
      const standings = running!.courier.standings();
      return self.postMessage({ kind: "standings", call: request.call, standings });
    }
    case "targets":
      reportDelivered = request.reportDelivered;
      // it is told what changed, of the files as well
      running!.connections.renewAuthorities();
      return running!.courier.retarget(request.targets);
    case "figures":
      return void tellFigures(request.call);
    case "stop":
      return void stop(request.within);
  }
};

function start({ path, targets, outbox: writer, ...settings }: Start): void {
  reportDelivered = settings.reportDelivered;
  try {
    const settling = new PendingCalls();
    const tallies = new AttemptTallies(
      systemClock,
      (tallies) => self.postMessage({ kind: "tallied", tallies }),
    );
    const connections = new Connections();
    const courier = new Courier(targets, {
      outbox: {
        due: async (...query) => await file?.due(...query) ?? [],
        nextDue: async (...query) => await file?.nextDue(...query),
        settle: (results) =>
          settling.make((call) => {
            const request: SettleRequest = { call, results, now: courier.now() };
            writer.postMessage(request);
          }),
      },
      post: tracedPost(
        maskedPost(createPost(connections, { deliveredWhen: answerCondition })),
        openTracer(),
      ),
      clock: systemClock,
      random: Math.random,
      report(report) {
        tallies.add(report);
        if (report.result !== "delivered" || reportDelivered) {
          self.postMessage({ kind: "attempted", report });
        }
      },
      targetChanged: (change) => self.postMessage({ kind: "targetChanged", change }),
      outboxFailed,
    });
    writer.onmessage = ({ data: notice }: MessageEvent<OutboxNotice>) => {
      switch (notice.kind) {
        case "opened":
          return openFile(path);
        case "clockSet":
          return courier.clockSet();
        case "stored":
          return notice.targets.forEach((target) => courier.wake(target));
        case "ended":
          return settling.end(notice.call, notice.error);
      }
    };
    running = { courier, connections };
    self.postMessage({ kind: "started" });
  } catch (error) {
    self.postMessage({ kind: "startFailed", error: (error as Error).message });
  }
}

/** Reads the file from now on, in place of the one before; what is under way has its number there. */
function openFile(path: string): void {
  try {
    // first: what is delivered from now on stays due in a file that was lost
    void file?.close();
    file = undefined;
    file = new SqliteOutbox(path, "process");
    if (delivering) running?.courier.wake();
  } catch (error) {
    outboxFailed(error as Error);
    setTimeout(() => openFile(path), lookAgain);
  }
}

function outboxFailed({ message }: Error): void {
  self.postMessage({ kind: "outboxFailed", error: message });
}

function deliver(): void {
  delivering = true;
  running!.courier.wake();
  lookingAgain = setInterval(() => running!.courier.wake(), lookAgain);
}

async function tellFigures(call: number): Promise<void> {
  try {
    if (file === undefined) throw new OutboxNotOpenError("the outbox is not open");
    self.postMessage({ kind: "figures", call, figures: await readFigures(file) });
  } catch (error) {
    self.postMessage({ kind: "figuresFailed", call, error: (error as Error).message });
  }
}

async function stop(within: number): Promise<void> {
  const { courier } = running!;
  clearInterval(lookingAgain);
  await courier.stop(within);
  await file?.close();
  self.postMessage({ kind: "stopped" });
}
