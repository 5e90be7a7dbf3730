import { assertEquals } from "@std/assert";
import { type Loggers, startLogging } from "../../src/observe/logging.ts";
import { recordedLines } from "./recorded_lines.ts";

const identity = { operationID: "op-7", command: "callbackAfterGroupMsgReadCommand" };

/** What is written of `speak`'s lines besides time, level and logger. */
async function logged(redact: readonly string[], speak: (loggers: Loggers) => void) {
  const writer = recordedLines();
  const loggers = startLogging({ level: "debug", format: "json", redact }, writer);
  speak(loggers);
  await loggers.close();
  return writer.records.map((
    { "@timestamp": _time, level: _level, logger: _logger, message: _message, ...rest },
  ) => rest);
}

Deno.test("a field that is named is redacted on the lines of rules and of the router", async () => {
  const fields = { ...identity, sendID: "u1", receiveID: "u2" };
  const records = await logged(["sendID"], ({ rule, callbacks, deliveries, router }) => {
    rule("info", "line", fields);
    for (const logger of [callbacks, deliveries, router]) logger.info("line", fields);
  });
  assertEquals(records, Array(4).fill({ ...fields, sendID: "[redacted]" }));
});

Deno.test("a field that is named is redacted inside of other fields", async () => {
  const [record] = await logged(
    ["sendID"],
    ({ rule }) =>
      rule("info", "line", { whole: { sendID: "u1", seq: 1n }, list: [{ sendID: "u2" }, 3] }),
  );
  assertEquals(record, {
    whole: { sendID: "[redacted]", seq: 1 },
    list: [{ sendID: "[redacted]" }, 3],
  });
});

Deno.test("a field is named by all of its name, capitals included", async () => {
  const fields = { sendIDs: "u1", SendID: "u2" };
  assertEquals(await logged(["sendID"], ({ rule }) => rule("info", "line", fields)), [fields]);
});

Deno.test("what is redacted changes with the settings", async () => {
  const records = await logged([], ({ rule, adjust }) => {
    rule("info", "line", { sendID: "u1" });
    adjust({ level: "debug", format: "json", redact: ["sendID"] });
    rule("info", "line", { sendID: "u1" });
  });
  assertEquals(records, [{ sendID: "u1" }, { sendID: "[redacted]" }]);
});
