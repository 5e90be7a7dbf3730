import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { LogOutput } from "../../src/observe/log_output.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedLines } from "./recorded_lines.ts";

const utf8 = new TextEncoder();

async function anOutput(taking?: (bytes: Uint8Array) => number) {
  const folder = await tempFolder();
  const standard = recordedLines(taking);
  const output = new LogOutput(standard, () => {});
  return {
    ...{ folder, standard, output },
    write: (text: string) => output.write(utf8.encode(text)),
    settings: (name: string) => ({ path: join(folder.path, name), size: 1000, keep: 1 }),
    read: (name: string) => Deno.readTextFile(join(folder.path, name)),
    async [Symbol.asyncDispose]() {
      output.use(undefined);
      await output.write(new Uint8Array());
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("lines go to standard error until a file is named, and back when it is not", async () => {
  await using log = await anOutput();
  await log.write("one\n");
  log.output.use(log.settings("a.log"));
  await log.write("two\n");
  log.output.use(undefined);
  await log.write("three\n");
  assertEquals([log.standard.text, await log.read("a.log")], ["one\nthree\n", "two\n"]);
});

Deno.test("a file takes over from another one", async () => {
  await using log = await anOutput();
  for (const name of ["a.log", "b.log"]) {
    log.output.use(log.settings(name));
    await log.write(`${name}\n`);
  }
  assertEquals([await log.read("a.log"), await log.read("b.log")], ["a.log\n", "b.log\n"]);
});

Deno.test("a file that was named for a moment is let go of", async () => {
  await using log = await anOutput();
  for (const name of ["a.log", "b.log", "c.log"]) log.output.use(log.settings(name));
  await log.write("line\n");
  assertEquals([await log.read("b.log"), await log.read("c.log")], ["", "line\n"]);
});

Deno.test("the rest of a write that was taken in part stays in its place", async () => {
  await using log = await anOutput(({ length }) => Math.min(length, 3));
  assertEquals(await log.write("one\n"), 3);
  log.output.use(log.settings("a.log"));
  await log.write("\n");
  await log.write("two\n");
  assertEquals([log.standard.text, await log.read("a.log")], ["one\n", "two\n"]);
});

Deno.test("a file that cannot be written changes nothing", async () => {
  await using log = await anOutput();
  log.output.use(log.settings("a.log"));
  assertThrows(() => log.output.use({ path: log.folder.path, size: 1000, keep: 1 }));
  await log.write("line\n");
  assertEquals([log.output.toFile, await log.read("a.log")], [true, "line\n"]);
});

Deno.test("the same file again goes on as it is", async () => {
  await using log = await anOutput();
  log.output.use(log.settings("a.log"));
  await log.write("one\n");
  await Deno.remove(log.settings("a.log").path);
  log.output.use(log.settings("a.log"));
  log.output.reopen();
  await log.write("two\n");
  assertEquals(await log.read("a.log"), "two\n");
});
