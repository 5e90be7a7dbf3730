import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { lockOutbox } from "../../src/stores/outbox_lock.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Another process that has the lock. */
async function holder(path: string) {
  const script = fromFileUrl(new URL("holding_lock.ts", import.meta.url));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", "--quiet", script, path],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said = process.stdout.getReader();
  assertEquals(new TextDecoder().decode((await said.read()).value), "locked");
  return {
    pid: process.pid,
    async kill() {
      process.kill("SIGKILL");
      await process.status;
      await said.cancel();
      // its reader is gone
      await process.stdin.abort().catch(() => {});
    },
  };
}

Deno.test("a file that another process has is refused with its number and a remedy", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const other = await holder(path);
  const { message } = assertThrows(() => lockOutbox(path), OutboxFileError);
  await other.kill();
  for (
    const part of [path, "in use by another router", `(process ${other.pid})`, "stop that one"]
  ) {
    assertStringIncludes(message, part);
  }
});

Deno.test("a file that another process has is refused by the name of a link to it as well", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("outbox.sqlite", "");
  const link = join(folder.path, "link.sqlite");
  await Deno.symlink(path, link);
  using _lock = lockOutbox(path);
  assertThrows(() => lockOutbox(link), OutboxFileError, "in use by another router");
});

Deno.test("kill -9 of the process that has the file lets another have it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  const other = await holder(path);
  await other.kill();
  using lock = lockOutbox(path);
  assertEquals(await Deno.readTextFile(`${path}.lock`), `${Deno.pid}\n`);
  assertEquals(typeof lock[Symbol.dispose], "function");
});

Deno.test("a lock that was let go can be taken again, and not twice at once", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "outbox.sqlite");
  lockOutbox(path)[Symbol.dispose]();
  using _lock = lockOutbox(path);
  assertThrows(() => lockOutbox(path), OutboxFileError, `process ${Deno.pid}`);
});

Deno.test("a folder in the file's place is refused, and gets no lock beside it", async () => {
  await using folder = await tempFolder();
  assertThrows(() => lockOutbox(folder.path), OutboxFileError, "is a folder: name a file in it");
  await assertRejects(() => Deno.stat(`${folder.path}.lock`), Deno.errors.NotFound);
});

Deno.test("a folder that is not there is refused with the outbox's path", () => {
  const path = "/nowhere/at/all/outbox.sqlite";
  assertThrows(() => lockOutbox(path), OutboxFileError, `${path} cannot be opened`);
});
