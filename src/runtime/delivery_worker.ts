/**
 * The delivery thread's own wiring: the store, and the courier that takes deliveries from it.
 *
 * @module
 */
import { createBirpc } from "birpc";
import { systemClock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import { AttemptTallies } from "../delivery/attempt_tallies.ts";
import { TargetConnections } from "../delivery/target_connections.ts";
import { Courier } from "../delivery/courier.ts";
import type {
  DeliveryCalls,
  DeliveryEvents,
  DeliverySettings,
} from "../delivery/delivery_calls.ts";
import { GroupCommit } from "../delivery/group_commit.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import { readFigures } from "../delivery/outbox_figures.ts";
import { createPost } from "../delivery/post.ts";
import type { Store } from "../delivery/store.ts";
import { answerCondition } from "../expressions/answer_condition.ts";
import { tracedPost } from "../observe/attempt_spans.ts";
import { maskedPost } from "../observe/masked_post.ts";
import { openTracer } from "../observe/tracer.ts";
import { SqliteStore } from "../stores/sqlite_store.ts";

declare const self: {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
};

/**
 * How often every lane looks again, milliseconds: an operator's command may have put deliveries back
 * from another process.
 */
const lookAgain = 2000;

interface Running {
  readonly store: Store;
  readonly courier: Courier;
  readonly connections: TargetConnections;
  readonly commits: GroupCommit<NewDelivery>;
}

let running: Running;
let lookingAgain: ReturnType<typeof setInterval> | undefined;
let reportDelivered = false;

const calls: DeliveryCalls = {
  start,
  deliver() {
    const { courier } = running;
    courier.wake();
    lookingAgain = setInterval(() => courier.wake(), lookAgain);
  },
  append: (deliveries) => running.commits.store(deliveries),
  probe: () => running.store.probe(),
  ask: (question) => running.store.ask(question),
  figures: () => readFigures(running.store),
  targetStatuses: () => running.courier.targetStatuses(),
  resume: (target) => running.courier.resume(target),
  retarget(settings) {
    reportDelivered = settings.reportDelivered;
    // the files of certificates may have changed as well
    running.connections.renewAuthorities();
    running.courier.retarget(settings.targets);
  },
  async stopDelivering(within) {
    clearInterval(lookingAgain);
    await running.courier.stop(within);
  },
  close: () => running.store.close(),
};

const main = createBirpc<DeliveryEvents, DeliveryCalls>(calls, {
  post: (message) => self.postMessage(message),
  on: (receive) => void (self.onmessage = ({ data }) => receive(data)),
  bind: "functions",
  timeout: -1,
});

function start({ targets, ...settings }: DeliverySettings): Promise<readonly OutboxCount[]> {
  reportDelivered = settings.reportDelivered;
  let held: readonly OutboxCount[] = [];
  let started = false;
  const store = new SqliteStore(settings, systemClock, {
    opened(counts) {
      held = counts;
      if (started) void main.storeOpened.asEvent(counts);
      if (lookingAgain !== undefined) running.courier.wake();
    },
    notOpen: (error) => void main.storeNotOpen.asEvent(error),
    replaced: (file) => void main.fileReplaced.asEvent(file),
    deadLettersDeleted: (count) => void main.deadLettersDeleted.asEvent(count),
    due: (targets) => targets.forEach((target) => running.courier.wake(target)),
    failed: outboxFailed,
  });
  const tallies = new AttemptTallies(
    systemClock,
    (tallies) => void main.tallied.asEvent(tallies),
  );
  const connections = new TargetConnections();
  const courier = new Courier(targets, {
    outbox: store,
    post: tracedPost(
      maskedPost(createPost(connections, { deliveredWhen: answerCondition })),
      openTracer(),
    ),
    clock: systemClock,
    random: Math.random,
    report(report) {
      tallies.add(report);
      if (report.result !== "delivered" || reportDelivered) void main.attempted.asEvent(report);
    },
    targetChanged: (change) => void main.targetChanged.asEvent(change),
    outboxFailed,
  });
  const commits = new GroupCommit<NewDelivery>(async (deliveries) => {
    courier.stored(deliveries, await store.append(deliveries, courier.lease));
  });
  running = { store, courier, connections, commits };
  started = true;
  return Promise.resolve(held);
}

function outboxFailed(error: Error): void {
  void main.outboxFailed.asEvent(error);
}
