import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Loggers, type LogSettings, startLogging } from "../../src/observe/logging.ts";
import { type RecordedLines, recordedLines } from "./recorded_lines.ts";

/** What is written while `speak` has the loggers. */
async function logged(
  speak: (loggers: Loggers) => void,
  settings: Partial<LogSettings> = {},
): Promise<RecordedLines> {
  const writer = recordedLines();
  const loggers = startLogging({ level: "debug", format: "json", ...settings }, writer);
  speak(loggers);
  await loggers.close();
  return writer;
}

const identity = { operationID: "op-7", command: "callbackAfterGroupMsgReadCommand" };

Deno.test("a line is one JSON object with time, level, message and who speaks", async () => {
  const before = Date.now();
  const { records } = await logged(({ router }) => router.info("listening", { port: 10006 }));
  const [{ "@timestamp": time, ...rest } = {}] = records;
  assertEquals(rest, { level: "INFO", message: "listening", logger: "router", port: 10006 });
  const at = Date.parse(String(time));
  assert(at >= before && at <= Date.now());
});

Deno.test("a log rule's line carries the callback's operationID and command", async () => {
  const { records } = await logged(({ rule }) =>
    rule("info", "callback", { ...identity, unreadMsgNum: 5 })
  );
  const [{ "@timestamp": _time, ...rest } = {}] = records;
  assertEquals(rest, {
    level: "INFO",
    message: "callback",
    logger: "router.rules",
    ...identity,
    unreadMsgNum: 5,
  });
});

Deno.test("callbacks and deliveries each speak under a name of their own", async () => {
  const { records } = await logged(({ callbacks, deliveries }) => {
    callbacks.warning("rule failed", identity);
    deliveries.error("delivery given up", identity);
  });
  assertEquals(records.map(({ logger }) => logger), ["router.callbacks", "router.deliveries"]);
});

Deno.test("the lines of rules and of the router stand in the order of speaking", async () => {
  const { records } = await logged(({ router, rule, deliveries }) => {
    router.info("one");
    rule("info", "two", {});
    deliveries.info("three");
  });
  assertEquals(records.map(({ message }) => message), ["one", "two", "three"]);
});

const levels = ["debug", "info", "warning", "error"] as const;
const written = { debug: "DEBUG", info: "INFO", warning: "WARN", error: "ERROR" } as const;

for (const [index, level] of levels.entries()) {
  const expected = levels.slice(index).map((each) => written[each]);

  Deno.test(`at level ${level} the router's lines below it are left out`, async () => {
    const { records } = await logged(({ router, callbacks, deliveries }) => {
      for (const each of levels) router[each]("line");
      for (const each of levels) callbacks[each]("line");
      for (const each of levels) deliveries[each]("line");
    }, { level });
    assertEquals(records.map(({ level }) => level), [...expected, ...expected, ...expected]);
  });

  Deno.test(`at level ${level} the lines of log rules below it are left out`, async () => {
    const { records } = await logged(({ rule }) => {
      for (const each of levels) rule(each, "line", {});
    }, { level });
    assertEquals(records.map(({ level }) => level), expected);
  });
}

Deno.test("a line break in what is logged starts no line of its own", async () => {
  const { lines, records } = await logged(({ rule }) =>
    rule("info", "one\ntwo", { text: 'a\n{"level":"FATAL"}\u2028', "ke\ny": 1 })
  );
  assertEquals(lines.length, 1);
  assertEquals(records[0]?.text, 'a\n{"level":"FATAL"}\u2028');
});

for (
  const [what, value, expected] of [
    ["text", 'a "quoted" ünïcödé \u0000', 'a "quoted" ünïcödé \u0000'],
    ["a lone surrogate", "\ud800", "\ud800"],
    ["a boolean", true, true],
    ["null", null, null],
    ["a number", 1.5, 1.5],
    ["no number", NaN, null],
    ["an infinite number", Infinity, null],
    ["nothing", undefined, null],
    ["a list", [1, "two"], [1, "two"]],
    ["an object", { a: { b: 1 } }, { a: { b: 1 } }],
    ["a time", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a Map", new Map([["a", 1]]), { a: 1 }],
  ] as const
) {
  Deno.test(`a property that is ${what} is written as JSON`, async () => {
    const { records } = await logged(({ rule }) => rule("info", "line", { value }));
    assertEquals(records[0]?.value, expected);
  });
}

Deno.test("an int64 beyond the safe ones is written digit for digit", async () => {
  const { lines } = await logged(({ rule }) =>
    rule("info", "line", { seq: 9007199254740993n, list: [9007199254740993n] })
  );
  assertStringIncludes(lines[0] ?? "", '"seq":9007199254740993,"list":[9007199254740993]');
});

Deno.test("a value that cannot be written as JSON leaves a line that can be read", async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const { records } = await logged(({ rule }) => rule("info", "line", { circle, ...identity }));
  assertEquals(records[0]?.operationID, identity.operationID);
  assertEquals(typeof records[0]?.circle, "string");
});

Deno.test("an error is written with its message", async () => {
  const { records } = await logged(({ router }) =>
    router.error("line", { error: new TypeError("of no use") })
  );
  assertStringIncludes(String(records[0]?.error), "TypeError: of no use");
});

Deno.test("a level below the log's leaves lazy work undone", async () => {
  let asked = 0;
  await logged(({ router }) =>
    router.debug("line", () => {
      asked++;
      return {};
    }), { level: "info" });
  assertEquals(asked, 0);
});

Deno.test("pretty lines carry the level, the message and the properties, for people", async () => {
  const { text } = await logged(
    ({ callbacks }) => callbacks.warning("rule failed", identity),
    { format: "pretty" },
  );
  for (const part of ["warning", "rule failed", "op-7", identity.command]) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.includes('{"@timestamp"'), false);
});

Deno.test("a log rule's lines are pretty too", async () => {
  const { text } = await logged(
    ({ rule }) => rule("info", "callback", identity),
    { format: "pretty" },
  );
  for (const part of ["info", "callback", "op-7"]) assertStringIncludes(text, part);
});

Deno.test("logging that is started again writes to its new writer alone", async () => {
  const before = await logged(({ router }) => router.info("before"));
  const after = await logged(({ router }) => router.info("after"));
  assertEquals(before.records.map(({ message }) => message), ["before"]);
  assertEquals(after.records.map(({ message }) => message), ["after"]);
});

Deno.test("the level and the format change from one line to the next, for every speaker", async () => {
  const { text } = await logged(({ router, rule, deliveries, adjust }) => {
    const speak = (message: string) => {
      router.debug(message);
      rule("debug", message, {});
      deliveries.debug(message);
    };
    speak("unheard");
    adjust({ level: "debug", format: "json" });
    speak("heard");
    adjust({ level: "debug", format: "pretty" });
    speak("for people");
    adjust({ level: "warning", format: "json" });
    speak("unheard again");
    router.warning("the last");
  }, { level: "info" });
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.map((line) => line.startsWith("{") ? JSON.parse(line).message : "pretty"), [
    ...["heard", "heard", "heard"],
    ...["pretty", "pretty", "pretty"],
    "the last",
  ]);
  assertEquals(text.includes("unheard"), false);
});
