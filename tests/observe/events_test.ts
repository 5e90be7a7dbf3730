import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TargetState } from "../../src/delivery/target_change.ts";
import type { AttemptReport } from "../../src/delivery/courier_context.ts";
import { describeEvents, type RouterEvents } from "../../src/observe/events.ts";
import { startLogging } from "../../src/observe/logging.ts";
import { CallerError } from "../../src/http/auth/caller_error.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { aDelivery } from "../delivery/builders.ts";
import { aCallback } from "../support/callbacks.ts";
import { recordedLines } from "./recorded_lines.ts";

/** The one record that an event leaves in the log, without its time. */
async function recordOf(tell: (events: RouterEvents) => void) {
  const writer = recordedLines();
  const loggers = startLogging({ level: "debug", format: "json" }, writer);
  tell(describeEvents(loggers));
  await loggers.close();
  assertEquals(writer.records.length, 1);
  const [{ "@timestamp": _time, ...record } = {}] = writer.records;
  return record;
}

const callback = aCallback({ operationID: "op-7" });
const identity = { operationID: "op-7", command: callback.command };

function aReport(parts: Partial<AttemptReport>): AttemptReport {
  return {
    result: "delivered",
    target: "analytics",
    id: "d1",
    attempt: 2,
    duration: 12.4,
    ...identity,
    ...parts,
  };
}

const reported = { target: "analytics", id: "d1", attempt: 2, milliseconds: 12, ...identity };

Deno.test("overrides that were left out are a warning with each reason and the callback", async () => {
  const dropped = [
    { field: "content", reason: "no JSON text" },
    { field: "ex", reason: "null in the request" },
  ];
  const record = await recordOf((events) => events.overridesDropped(callback, dropped));
  assertEquals(record, {
    level: "WARN",
    message: "overrides left out, which would break the server",
    logger: "router.callbacks",
    ...identity,
    dropped: ["content: no JSON text", "ex: null in the request"],
  });
});

Deno.test("a rule that failed is a warning with the rule, the error and the callback", async () => {
  const record = await recordOf(({ linkFailed }) =>
    linkFailed(callback, { name: "callbacks.*.rules.0", error: new TypeError("of no use") })
  );
  assertEquals(record, {
    level: "WARN",
    message: "rule failed",
    logger: "router.callbacks",
    ...identity,
    rule: "callbacks.*.rules.0",
    error: "TypeError: of no use",
  });
});

Deno.test("deliveries that were not stored are an error with their targets", async () => {
  const lost = [aDelivery(), aDelivery({ target: "alerts" })];
  const record = await recordOf(({ notStored }) =>
    notStored(callback, lost, new Error("the disk is full"))
  );
  assertEquals(record, {
    level: "ERROR",
    message: "deliveries not stored",
    logger: "router.callbacks",
    ...identity,
    targets: ["analytics", "alerts"],
    error: "the disk is full",
  });
});

Deno.test("deliveries that were not stored leave none of their content in the log", async () => {
  const lost = [aDelivery({ body: "private" })];
  const record = await recordOf(({ notStored }) => notStored(callback, lost, new Error("full")));
  assertEquals(JSON.stringify(record).includes("private"), false);
});

Deno.test("a request that was turned away is a warning with the problem and the path", async () => {
  const error = new RequestError("unknownCommand", "no plugin", { operationID: "op-7" });
  const record = await recordOf(({ turnedAway }) =>
    turnedAway(error, { path: "/hook/callbackX", operationID: "op-7", caller: "10.0.0.1" })
  );
  assertEquals(record, {
    level: "WARN",
    message: "request turned away",
    logger: "router.callbacks",
    operationID: "op-7",
    problem: "unknownCommand",
    status: 404,
    detail: "no plugin",
    path: "/hook/callbackX",
    caller: "10.0.0.1",
  });
});

Deno.test("a caller without proof is told to the operator with the proof that is missing", async () => {
  const error = new CallerError("noProof", "there is no header x-token");
  const request = { path: "/", operationID: "op-1", caller: "10.0.0.1", reason: error.reason };
  const record = await recordOf(({ turnedAway }) => turnedAway(error, request));
  assertEquals([record.status, record.detail, record.caller], [401, error.reason, "10.0.0.1"]);
  assertEquals(error.detail.includes("x-token"), false);
});

Deno.test("a path from outside does not make a line of any length", async () => {
  const error = new RequestError("wrongMethod", "the method is GET");
  const record = await recordOf(({ turnedAway }) =>
    turnedAway(error, { path: `/${"x".repeat(10_000)}`, operationID: "op-1", caller: "10.0.0.1" })
  );
  assertEquals(String(record.path).length <= 200, true);
});

Deno.test("what broke inside the router is an error with its cause", async () => {
  const cause = new TypeError("of no use");
  const error = new RequestError("internal", "see the log", { cause });
  const record = await recordOf(({ turnedAway }) =>
    turnedAway(error, { path: "/", operationID: "op-1", caller: "10.0.0.1" })
  );
  assertEquals([record.level, record.status], ["ERROR", 500]);
  assertStringIncludes(String(record.cause), "TypeError: of no use");
});

Deno.test("a cause that is no error is told all the same", async () => {
  const error = new RequestError("internal", "see the log", { cause: "a text" });
  const record = await recordOf(({ turnedAway }) =>
    turnedAway(error, { path: "/", operationID: "op-1", caller: "10.0.0.1" })
  );
  assertEquals(record.cause, "a text");
});

Deno.test("a delivery that arrived is told at debug", async () => {
  const record = await recordOf(({ attempted }) => attempted(aReport({})));
  assertEquals(record, {
    level: "DEBUG",
    message: "delivered",
    logger: "router.deliveries",
    ...reported,
  });
});

Deno.test("a delivery to be tried again is a warning with the time of the next attempt", async () => {
  const dueAt = Date.UTC(2026, 0, 2, 3, 4, 5);
  const record = await recordOf(({ attempted }) =>
    attempted(aReport({ result: "retry", error: "503", dueAt }))
  );
  assertEquals(record, {
    level: "WARN",
    message: "delivery failed, will be tried again",
    logger: "router.deliveries",
    ...reported,
    error: "503",
    nextAttempt: "2026-01-02T03:04:05.000Z",
  });
});

Deno.test("a delivery that was given up is an error", async () => {
  const record = await recordOf(({ attempted }) =>
    attempted(aReport({ result: "dead", error: "410" }))
  );
  assertEquals(record, {
    level: "ERROR",
    message: "delivery given up",
    logger: "router.deliveries",
    ...reported,
    error: "410",
  });
});

Deno.test("a delivery that is kept for another try is a warning", async () => {
  const record = await recordOf(({ attempted }) =>
    attempted(aReport({ result: "kept", error: "410", dueAt: 0 }))
  );
  assertEquals([record.level, record.message, record.error], [
    "WARN",
    "delivery refused, waits for another try",
    "410",
  ]);
});

Deno.test("what becomes of a target is told with its name", async () => {
  const changes: readonly TargetState[] = [
    { state: "open", failures: 10, pause: 5000, error: "503" },
    { state: "probing" },
    { state: "closed" },
    { state: "paused", pause: 60_000 },
    { state: "disabled", error: "410" },
    { state: "resumed" },
  ];
  const levels: unknown[] = [];
  for (const change of changes) {
    const record = await recordOf(({ targetChanged }) =>
      targetChanged({ target: "analytics", ...change })
    );
    assertEquals(record.target, "analytics");
    levels.push(record.level);
  }
  assertEquals(levels, ["WARN", "INFO", "INFO", "WARN", "ERROR", "INFO"]);
});

Deno.test("an outbox that failed is an error", async () => {
  const record = await recordOf(({ outboxFailed }) => outboxFailed(new Error("the disk is full")));
  assertEquals([record.level, record.logger, record.error], [
    "ERROR",
    "router.deliveries",
    "the disk is full",
  ]);
});

for (const thrown of [null, "full"]) {
  Deno.test("dead letters that are deleted for their age or number are told as a loss", async () => {
    const record = await recordOf(({ deadLettersDeleted }) => deadLettersDeleted(7));
    assertEquals([record.level, record.count], ["WARN", 7]);
  });

  Deno.test(`a store that fails with ${thrown} in place of an error is told all the same`, async () => {
    const error = thrown as unknown as Error;
    const stored = await recordOf(({ notStored }) => notStored(callback, [aDelivery()], error));
    const outbox = await recordOf(({ outboxFailed }) => outboxFailed(error));
    assertEquals([stored.error, outbox.error], [String(thrown), String(thrown)]);
  });
}

Deno.test("a target for which several deliveries were not stored is named once", async () => {
  const lost = [aDelivery(), aDelivery({ id: "delivery-2" })];
  const record = await recordOf(({ notStored }) => notStored(callback, lost, new Error("full")));
  assertEquals(record.targets, ["analytics"]);
});

for (const [known, level] of [[true, "INFO"], [false, "WARN"]] as const) {
  const whose = known ? "a target" : "a target that the rules file does not name";
  Deno.test(`what waits from before for ${whose} is told at ${level}`, async () => {
    const record = await recordOf(({ waiting }) =>
      waiting({ target: "analytics", waiting: 3, dead: 1 }, { known })
    );
    assertEquals(
      [record.level, record.target, record.waiting, record.dead],
      [level, "analytics", 3, 1],
    );
  });
}
