import { assertEquals, assertStringIncludes } from "@std/assert";
import { startLogging } from "../../src/observe/logging.ts";
import { recordedLines } from "./recorded_lines.ts";

const secrets = new Map([
  ["s3cret", "***"],
  ["s3cret-and-more", "${MORE}"],
  ["a.b*c$&", "***"],
]);

/** The one line that is written for a message with properties. */
async function lineOf(message: string, properties: Record<string, unknown>) {
  const writer = recordedLines();
  const loggers = startLogging({ level: "debug", format: "json", secrets }, writer);
  loggers.callbacks.warning(message, properties);
  await loggers.close();
  const [{ "@timestamp": _time, level: _level, logger: _logger, ...rest } = {}] = writer.records;
  return rest;
}

Deno.test("a secret in a property is replaced, wherever in it and however often", async () => {
  assertEquals(await lineOf("line", { error: "no s3cret at s3cret/x", list: [{ a: "s3cret" }] }), {
    message: "line",
    error: "no *** at ***/x",
    list: [{ a: "***" }],
  });
});

Deno.test("a secret in the message is replaced", async () => {
  assertEquals((await lineOf("no s3cret", {})).message, "no ***");
});

Deno.test("the longer of two secrets that begin alike is replaced as a whole", async () => {
  assertEquals((await lineOf("line", { a: "s3cret-and-more" })).a, "${MORE}");
});

Deno.test("a secret is a text and no pattern", async () => {
  assertEquals(await lineOf("line", { a: "a.b*c$&", b: "axbbc" }), {
    message: "line",
    a: "***",
    b: "axbbc",
  });
});

Deno.test("a secret in an error's message or stack is replaced", async () => {
  const { error } = await lineOf("line", { error: new TypeError("no s3cret") });
  assertStringIncludes(String(error), "TypeError: no ***");
});

Deno.test("what holds no secret is written as it is", async () => {
  assertEquals(await lineOf("line", { n: 1, big: 2n ** 60n, none: null, yes: true }), {
    message: "line",
    ...{ n: 1, big: 2 ** 60, none: null, yes: true },
  });
});

Deno.test("a secret that changed is replaced from the change on", async () => {
  const writer = recordedLines();
  const settings = { level: "debug", format: "json" } as const;
  const loggers = startLogging({ ...settings, secrets }, writer);
  loggers.adjust({ ...settings, secrets: new Map([["n3w-one", "***"]]) });
  loggers.router.info("n3w-one");
  await loggers.close();
  assertEquals(writer.records[0]?.message, "***");
});
