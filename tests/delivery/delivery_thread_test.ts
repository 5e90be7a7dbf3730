import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import type { AttemptReport } from "../../src/delivery/courier_context.ts";
import type { DeliverySettings } from "../../src/delivery/delivery_calls.ts";
import { DeliveryThread, DeliveryThreadError } from "../../src/delivery/delivery_thread.ts";
import type { TargetChange } from "../../src/delivery/target_change.ts";
import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { aDelivery, aTarget, deliveries } from "./builders.ts";

const module = new URL("../../src/runtime/delivery_worker.ts", import.meta.url);

/** Starts the thread on a file, with a target; what it reports is noted. */
async function started(
  { url, ...settings }: Partial<DeliverySettings> & { path: string; url: string },
  run = module,
  reported?: (report: AttemptReport) => void,
) {
  const attempts: AttemptReport[] = [];
  const changes: TargetChange[] = [];
  const failures: string[] = [];
  const { thread, counts } = await DeliveryThread.start(
    run,
    {
      durability: "full",
      retention: { delivered: undefined, dead: 60_000, most: 1000 },
      targets: [aTarget({ url, retry: { first: 60_000 } })],
      reportDelivered: true,
      ...settings,
    },
    {
      attempted(report) {
        attempts.push(report);
        reported?.(report);
      },
      targetChanged: (change) => void changes.push(change),
      outboxFailed: ({ message }) => void failures.push(message),
      deadLettersDeleted: () => {},
      storeNotOpen: ({ message }) => void failures.push(message),
      storeOpened: () => {},
      tallied: () => {},
      fileReplaced: () => {},
    },
  );
  thread.deliver();
  return { thread, counts, attempts, changes, failures };
}

/** A module whose thread ends as soon as it is spoken to. */
const dying = new URL(
  `data:text/javascript,${
    encodeURIComponent("self.onmessage = () => { throw new Error('dead'); }")
  }`,
);

Deno.test("what is appended is delivered, reported and gone from the outbox", async () => {
  await using folder = await tempFolder();
  await using target = startTarget();
  const { thread, counts, attempts } = await started({
    path: join(folder.path, "outbox.sqlite"),
    url: target.url,
  });
  await thread.append(deliveries(3));
  await eventually("three deliveries are reported", () => attempts.length === 3);
  assertEquals(counts, []);
  assertEquals(target.received.map(({ text }) => text), Array(3).fill(aDelivery().body));
  assertEquals(await thread.stop(5000), []);
});

Deno.test("what is appended after a new list of targets goes where that says", async () => {
  await using folder = await tempFolder();
  await using before = startTarget();
  await using after = startTarget();
  const path = join(folder.path, "outbox.sqlite");
  const { thread, attempts } = await started({ path, url: before.url });
  await thread.append([aDelivery()]);
  await eventually("the first is reported", () => attempts.length === 1);
  thread.retarget({ targets: [aTarget({ url: after.url })], reportDelivered: false });
  await thread.append(deliveries(2));
  await after.arrived(2);
  assertEquals(await thread.stop(10_000), []);
  assertEquals([before.received.length, attempts.length], [1, 1], "and reports as it says");
});

Deno.test("what could not be delivered remains, and the next start tells of it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const remains = [{ target: "analytics", waiting: 2, dead: 0 }];
  const nobody = "http://127.0.0.1:9/";
  const first = await started({ path, url: nobody });
  await first.thread.append(deliveries(2));
  await eventually("both attempts are reported", () => first.attempts.length === 2);
  assertEquals(await first.thread.stop(5000), remains);
  const second = await started({ path, url: nobody });
  assertEquals(second.counts, remains);
  await second.thread.stop(5000);
});

Deno.test("an outbox that cannot be opened is an error at start that names the file", async () => {
  await using folder = await tempFolder();
  const error = await assertRejects(
    () => started({ path: folder.path, url: "http://127.0.0.1:9/" }),
    DeliveryThreadError,
  );
  assertEquals(error.message.includes(folder.path), true);
});

Deno.test("a thread that ends at its start is an error that says so", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  await assertRejects(
    () => started({ path, url: "http://127.0.0.1:9/" }, dying),
    DeliveryThreadError,
    "the delivery thread ended",
  );
});

/** A module whose thread starts, and ends at the next message. */
const dyingLater = new URL(
  `data:text/javascript,${
    encodeURIComponent(`self.onmessage = ({ data: { m, i } }) => {
      if (m === "start") return self.postMessage({ t: "s", i, r: [] });
      if (m !== "deliver") throw new Error("dead");
    }`)
  }`,
);

Deno.test("a thread that ends while it runs is reported once, and all that is asked of it fails", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { thread, failures } = await started({ path, url: "http://127.0.0.1:9/" }, dyingLater);
  await assertRejects(() => thread.append(deliveries(1)), DeliveryThreadError, "thread ended");
  await assertRejects(() => thread.figures(), DeliveryThreadError, "thread ended");
  thread.deliver();
  thread.retarget({ targets: [], reportDelivered: false });
  await thread.stopDelivering(0);
  await assertRejects(() => thread.close(), DeliveryThreadError, "thread ended");
  assertEquals(failures.length, 1);
});

Deno.test("nobody is told that a delivery is stored which the file did not take", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const { thread } = await started({ path, url: "http://127.0.0.1:9/" });
  const other = new DatabaseSync(path);
  other.exec("PRAGMA busy_timeout = 5000; DROP TABLE delivery");
  other.close();
  await assertRejects(() => thread.append(deliveries(1)), DeliveryThreadError, "no such table");
  await thread.stop(0).catch(() => {});
});

Deno.test("a target that is gone is told, and goes on when it is resumed", async () => {
  await using folder = await tempFolder();
  let gone = true;
  await using target = startTarget(() => new Response(null, { status: gone ? 410 : 204 }));
  const { thread, attempts, changes } = await started({
    path: join(folder.path, "outbox.sqlite"),
    url: target.url,
  });
  await thread.append([aDelivery()]);
  await eventually("the target is disabled", () => changes.length === 1);
  gone = false;
  assertEquals((await thread.targetStatuses()).map(({ disabled }) => disabled), [
    "the target answered with status 410",
  ]);
  assertEquals(await thread.resume("analytics"), true);
  assertEquals(await thread.resume("other"), undefined);
  await eventually("the delivery is made", () => attempts.length === 2);
  assertEquals(await thread.stop(1000), []);
  assertEquals(changes.map(({ target, state }) => [target, state]), [
    ["analytics", "disabled"],
    ["analytics", "resumed"],
  ]);
  assertEquals(attempts.map(({ result, attempt }) => [result, attempt]), [
    ["kept", 1],
    ["delivered", 1],
  ]);
});

Deno.test("an error in a listener is reported as one that nobody waited for", async () => {
  await using folder = await tempFolder();
  await using target = startTarget();
  const errors: string[] = [];
  const note = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.message);
  };
  globalThis.addEventListener("error", note);
  try {
    const path = join(folder.path, "outbox.sqlite");
    const { thread } = await started({ path, url: target.url }, module, () => {
      throw new Error("the listener failed");
    });
    await thread.append(deliveries(1));
    await eventually("it is reported", () => errors.length === 1);
    await thread.stop(0);
  } finally {
    globalThis.removeEventListener("error", note);
  }
  assertEquals(errors[0]?.includes("the listener failed"), true, errors[0]);
});

Deno.test("settings that the thread cannot take are reported", async () => {
  await using folder = await tempFolder();
  const { thread, failures } = await started({
    path: join(folder.path, "outbox.sqlite"),
    url: "http://127.0.0.1:9/",
  });
  thread.retarget({ reportDelivered: true, targets: undefined as never });
  await eventually("it is reported", () => failures.length === 1);
  await thread.stop(0);
});
