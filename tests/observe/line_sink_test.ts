import { assert, assertEquals } from "@std/assert";
import type { LogRecord, TextFormatter } from "@logtape/logtape";
import { createLineSink } from "../../src/observe/line_sink.ts";
import { eventually } from "../support/eventually.ts";
import { recordedLines } from "./recorded_lines.ts";

const megabyte = 1024 * 1024;
/** The most bytes that wait for a writer. */
const mostWaiting = 8 * megabyte;

/** Writes the message, and of the properties how many lines were dropped. */
const format: TextFormatter = ({ message, properties }) =>
  properties.dropped === undefined
    ? `${message.join("")}\n`
    : `${message.join("")}: ${properties.dropped}\n`;

function aRecord(message: string): LogRecord {
  return {
    category: ["router"],
    level: "info",
    message: [message],
    rawMessage: message,
    timestamp: 1_754_300_000_000,
    properties: {},
  };
}

/** A writer that writes nothing until it is let. */
function blockedWriter() {
  const room = Promise.withResolvers<void>();
  const writer = recordedLines(async ({ length }) => {
    await room.promise;
    return length;
  });
  return { writer, unblock: () => room.resolve() };
}

/** A writer whose first writes fail, so many. */
function failingWriter(times: number) {
  let left = times;
  return recordedLines(({ length }) => {
    if (left-- > 0) throw new Deno.errors.Interrupted();
    return length;
  });
}

Deno.test("lines that come close together are written with one call", async () => {
  const writer = recordedLines();
  {
    await using sink = createLineSink(writer, format);
    for (const message of ["one", "two", "three"]) sink(aRecord(message));
  }
  assertEquals(writer.writes, ["one\ntwo\nthree\n"]);
});

Deno.test("a line that stands alone is written after a while, without a closing", async () => {
  const writer = recordedLines();
  await using sink = createLineSink(writer, format);
  sink(aRecord("alone"));
  await eventually("the line is written", () => writer.text === "alone\n");
});

Deno.test("no line is written while its caller still runs", async () => {
  const writer = recordedLines();
  await using sink = createLineSink(writer, format);
  sink(aRecord("one"));
  assertEquals(writer.writes, []);
});

Deno.test("closing waits until everything is written", async () => {
  const { writer, unblock } = blockedWriter();
  const sink = createLineSink(writer, format);
  sink(aRecord("one"));
  const closed = sink[Symbol.asyncDispose]();
  unblock();
  await closed;
  assertEquals(writer.text, "one\n");
});

Deno.test("closing without a line writes nothing", async () => {
  const writer = recordedLines();
  await createLineSink(writer, format)[Symbol.asyncDispose]();
  assertEquals(writer.writes, []);
});

Deno.test("many lines are written in their order, whole and once each", async () => {
  const writer = recordedLines();
  const messages = Array.from({ length: 20_000 }, (_, index) => `line ${index} of ünïcödé €`);
  {
    await using sink = createLineSink(writer, format);
    for (const message of messages) sink(aRecord(message));
  }
  assertEquals(writer.lines, messages);
  assert(writer.writes.length < 100, `${writer.writes.length} writes`);
});

Deno.test("a line that is larger than what gathers keeps its place among the others", async () => {
  const writer = recordedLines();
  const large = "€".repeat(100_000);
  {
    await using sink = createLineSink(writer, format);
    for (const message of ["before", large, "after"]) sink(aRecord(message));
  }
  assertEquals(writer.lines, ["before", large, "after"]);
});

Deno.test("a writer that takes a part of the bytes is given the rest", async () => {
  const writer = recordedLines(({ length }) => Math.min(length, 3));
  {
    await using sink = createLineSink(writer, format);
    sink(aRecord("a long line"));
  }
  assertEquals(writer.text, "a long line\n");
});

Deno.test("what a slow writer cannot take is dropped, counted and told", async () => {
  const { writer, unblock } = blockedWriter();
  const sent = 40;
  {
    await using sink = createLineSink(writer, format);
    for (let line = 0; line < sent; line++) sink(aRecord("x".repeat(megabyte)));
    unblock();
  }
  const told = writer.lines.filter((line) => line.startsWith("log lines dropped: "));
  const dropped = Number(told[0]?.split(": ")[1]);
  const written = writer.lines.filter((line) => line.startsWith("x")).length;
  assertEquals(told.length, 1);
  assert(dropped > 0);
  assertEquals(written + dropped, sent);
});

Deno.test("no more waits for a slow writer than the bound and one line", async () => {
  const { writer, unblock } = blockedWriter();
  {
    await using sink = createLineSink(writer, format);
    for (let line = 0; line < 40; line++) sink(aRecord("x".repeat(megabyte)));
    unblock();
  }
  assert(writer.text.length < mostWaiting + 2 * megabyte, `${writer.text.length} bytes`);
});

Deno.test("lines are taken again when the writer has caught up", async () => {
  const { writer, unblock } = blockedWriter();
  {
    await using sink = createLineSink(writer, format);
    for (let line = 0; line < 20; line++) sink(aRecord("x".repeat(megabyte)));
    unblock();
    await eventually("the loss is told", () => writer.text.includes("log lines dropped"));
    await eventually("the writer has caught up", () => {
      sink(aRecord("here again"));
      return writer.text.includes("here again");
    });
  }
  assertEquals(writer.lines.at(-1), "here again");
});

for (
  const [how, write] of [
    ["rejects", () => Promise.reject(new Deno.errors.BrokenPipe())],
    ["throws", (): Promise<number> => {
      throw new Deno.errors.BrokenPipe();
    }],
  ] as const
) {
  Deno.test(`a writer that ${how} hurts neither those who log nor the closing`, async () => {
    let asked = 0;
    const sink = createLineSink({
      write() {
        asked++;
        return write();
      },
    }, format);
    sink(aRecord("one"));
    sink(aRecord("x".repeat(megabyte)));
    await sink[Symbol.asyncDispose]();
    assertEquals(asked, 2);
  });
}

Deno.test("a writer that failed once is given what comes then, and told what is lost", async () => {
  const writer = failingWriter(1);
  const sink = createLineSink(writer, format);
  sink(aRecord("x".repeat(megabyte)));
  sink(aRecord("next"));
  await sink[Symbol.asyncDispose]();
  assertEquals(writer.lines, ["next", "log lines dropped: 1"]);
});

Deno.test("every line of a write that failed is counted as dropped", async () => {
  const writer = failingWriter(1);
  const sink = createLineSink(writer, format);
  for (const message of ["one", "two", "three"]) sink(aRecord(message));
  sink(aRecord("x".repeat(megabyte)));
  await sink[Symbol.asyncDispose]();
  assertEquals(writer.lines.at(-1), "log lines dropped: 3");
});

Deno.test("of two writes that failed each line is counted once, however many times it gathered", async () => {
  const writer = failingWriter(2);
  const sink = createLineSink(writer, format);
  const sent = 200;
  for (let line = 0; line < sent; line++) sink(aRecord("x".repeat(1000)));
  await sink[Symbol.asyncDispose]();
  const [told = [], written = []] = [true, false].map((telling) =>
    writer.lines.filter((line) => line.startsWith("log lines dropped: ") === telling)
  );
  const dropped = told.reduce((sum, line) => sum + Number(line.split(": ")[1]), 0);
  assert(dropped > 100, `${dropped} dropped`);
  assertEquals(written.length + dropped, sent);
});

Deno.test("a loss that could not be told is told with the next", async () => {
  let writes = 0;
  // the lines fail first, and then what says so
  const writer = recordedLines(({ length }) => {
    if ([1, 3].includes(++writes)) throw new Deno.errors.Interrupted();
    return length;
  });
  const sink = createLineSink(writer, format);
  for (const letter of ["a", "b", "c"]) sink(aRecord(letter.repeat(megabyte)));
  await sink[Symbol.asyncDispose]();
  assertEquals(writer.lines.map((line) => line.slice(0, 20)), [
    "b".repeat(20),
    "c".repeat(20),
    "log lines dropped: 1",
  ]);
});

Deno.test("a writer that takes nothing ends neither the closing nor the process", async () => {
  let asked = 0;
  const sink = createLineSink({
    write() {
      asked++;
      return Promise.resolve(0);
    },
  }, format);
  sink(aRecord("one"));
  await sink[Symbol.asyncDispose]();
  assert(asked < 10, `asked ${asked} times`);
});

Deno.test("a writer that takes nothing now and then loses nothing", async () => {
  let writes = 0;
  const writer = recordedLines(({ length }) => ++writes % 3 === 0 ? Math.min(length, 2) : 0);
  {
    await using sink = createLineSink(writer, format);
    sink(aRecord("a long line"));
  }
  assertEquals(writer.text, "a long line\n");
});
