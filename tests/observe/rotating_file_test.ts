import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { createLineSink } from "../../src/observe/line_sink.ts";
import { type LogFileSettings, RotatingFile } from "../../src/observe/rotating_file.ts";
import { tempFolder } from "../support/temp_folder.ts";

const utf8 = new TextEncoder();

/** A log file in a folder of its own, and what was told of it. */
async function aLogFile(settings: Partial<LogFileSettings> = {}) {
  const folder = await tempFolder();
  const path = join(folder.path, "router.log");
  const told: string[] = [];
  const file = new RotatingFile(
    { path, size: 100, keep: 2, ...settings },
    (what, error) => told.push(`${what}: ${(error as Error).name}`),
  );
  return {
    ...{ folder, path, file, told },
    write: (text: string) => file.write(utf8.encode(text)),
    read: (ending = "") => Deno.readTextFile(path + ending).catch(() => undefined),
    async [Symbol.asyncDispose]() {
      file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const line = (name: string, length = 60) => `${name.padEnd(length - 1, ".")}\n`;

Deno.test("what does not fit any more begins a new file, and the former one is kept", async () => {
  await using log = await aLogFile();
  for (const name of ["one", "two"]) await log.write(line(name));
  assertEquals([await log.read(), await log.read(".1")], [line("two"), line("one")]);
});

Deno.test("what still fits is appended, to the last byte", async () => {
  await using log = await aLogFile();
  for (const name of ["one", "two"]) await log.write(line(name, 50));
  assertEquals(await log.read(), line("one", 50) + line("two", 50));
  assertEquals(await log.read(".1"), undefined);
});

Deno.test("no more former files are kept than asked for, and the oldest goes", async () => {
  await using log = await aLogFile();
  for (const name of ["one", "two", "three", "four"]) await log.write(line(name));
  const kept = await Promise.all(["", ".1", ".2", ".3"].map(log.read));
  assertEquals(kept, [line("four"), line("three"), line("two"), undefined]);
});

Deno.test("a write that is larger than a file's size has a file of its own", async () => {
  await using log = await aLogFile();
  for (const length of [300, 60]) await log.write(line("large", length));
  assertEquals([(await log.read())?.length, (await log.read(".1"))?.length], [60, 300]);
});

Deno.test("a file from before is appended to, and counts for the size", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("router.log", line("before"));
  const file = new RotatingFile({ path, size: 130, keep: 1 }, () => {});
  await file.write(utf8.encode(line("one")));
  assertEquals(await Deno.readTextFile(path), line("before") + line("one"));
  await file.write(utf8.encode(line("two")));
  file.close();
  assertEquals(await Deno.readTextFile(path), line("two"));
});

Deno.test("the folder of the file is made where it is missing", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "logs", "today", "router.log");
  const file = new RotatingFile({ path, size: 100, keep: 1 }, () => {});
  await file.write(utf8.encode("line\n"));
  file.close();
  assertEquals(await Deno.readTextFile(path), "line\n");
});

Deno.test("a path that cannot be written is an error at once", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("file", "");
  for (const wrong of [folder.path, join(path, "router.log")]) {
    assertThrows(() => new RotatingFile({ path: wrong, size: 100, keep: 1 }, () => {}));
  }
});

Deno.test("a file that was deleted is begun anew", async () => {
  await using log = await aLogFile();
  await log.write("one\n");
  await Deno.remove(log.path);
  await log.write("two\n");
  assertEquals(await log.read(), "two\n");
});

Deno.test("a file that was moved is written on until it is reopened", async () => {
  await using log = await aLogFile();
  await log.write("one\n");
  await Deno.rename(log.path, `${log.path}.moved`);
  await log.write("two\n");
  log.file.reopen();
  await log.write("three\n");
  assertEquals([await log.read(".moved"), await log.read()], ["one\ntwo\n", "three\n"]);
});

Deno.test("a file that was emptied in place is filled from its start", async () => {
  await using log = await aLogFile();
  await log.write(line("one"));
  await Deno.truncate(log.path);
  await log.write(line("two"));
  assertEquals([await log.read(), await log.read(".1")], [line("two"), undefined]);
});

Deno.test("where the folder is gone when a new file is due, it is made again", async () => {
  await using log = await aLogFile();
  await log.write(line("one"));
  await Deno.remove(log.folder.path, { recursive: true });
  await log.write(line("two"));
  assertEquals([await log.read(), log.told], [line("two"), []]);
});

Deno.test("where no new file can be begun, the present one grows on and that is told once", async () => {
  await using log = await aLogFile({ keep: 1 });
  // nothing can take the name of a folder that is not empty
  await log.folder.write("router.log.1/in the way", "");
  for (const name of ["one", "two", "three", "four", "five"]) await log.write(line(name));
  assertEquals((await log.read())?.length, 5 * 60);
  assertEquals(log.told, ["rotate: IsADirectory"]);
  await Deno.remove(`${log.path}.1`, { recursive: true });
  await log.write(line("six"));
  assert((await log.read(".1"))?.startsWith(line("one")), "it is tried again when it has grown");
});

Deno.test({
  name: "a full disk rejects each write, is told once, and leaves the file usable",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const told: string[] = [];
    const file = new RotatingFile(
      { path: "/dev/full", size: 100, keep: 1 },
      (what, error) => told.push(`${what}: ${(error as Error).message}`),
    );
    for (let time = 0; time < 3; time++) {
      await assertRejects(() => file.write(utf8.encode("one\n")));
    }
    file.close();
    assertEquals(told.length, 1);
    assert(told[0]?.startsWith("write: No space left"));
  },
});

Deno.test("no line is lost or torn by new files under load", async () => {
  await using log = await aLogFile({ size: 200_000, keep: 1000 });
  const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index} of ünïcödé`);
  {
    await using sink = createLineSink(log.file, ({ message }) => `${message.join("")}\n`);
    for (const [index, message] of lines.entries()) {
      const record = { category: ["router"], level: "info", timestamp: 0, properties: {} } as const;
      sink({ ...record, message: [message], rawMessage: message });
      if (index % 2000 === 0) await new Promise((turn) => setTimeout(turn));
    }
  }
  const names = (await Array.fromAsync(Deno.readDir(log.folder.path))).map(({ name }) => name)
    .toSorted((one, other) => numberOf(other) - numberOf(one));
  assert(names.length > 5, `${names.length} files`);
  const texts = await Promise.all(
    names.map((name) => Deno.readTextFile(join(log.folder.path, name))),
  );
  assertEquals(texts.join("").split("\n").slice(0, -1), lines);
  for (const text of texts) assert(text.length <= 200_000 && text.endsWith("\n"));
});

/** The number at the end of a former file's name; 0 for the present one. */
function numberOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}
