import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { checkOutbox } from "../../src/stores/outbox_check.ts";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { layoutVersion } from "../../src/stores/outbox_layout.ts";
import { lockOutbox } from "../../src/stores/outbox_lock.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const refusal = (path: string) => assertRejects(() => checkOutbox(path), OutboxFileError);

async function namesIn({ path }: TempFolder): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
}

/** Makes an outbox of some layout; returns its path and what is in the file. */
async function outboxOf(folder: TempFolder, layout: number) {
  const path = `${folder.path}/outbox.sqlite`;
  await new SqliteOutbox(path, "process").close();
  using database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${layout}`);
  database.close();
  return { path, bytes: await Deno.readFile(path) };
}

Deno.test("an outbox that is not there yet could be made, and nothing is left of the look", async () => {
  await using folder = await tempFolder();
  await checkOutbox(`${folder.path}/data/outbox.sqlite`);
  assertEquals(await namesIn(folder), []);
});

Deno.test("an outbox that is in order is left as it is", async () => {
  await using folder = await tempFolder();
  const { path, bytes } = await outboxOf(folder, layoutVersion);
  await checkOutbox(path);
  assertEquals(await Deno.readFile(path), bytes);
  assertEquals(await namesIn(folder), ["outbox.sqlite"]);
});

Deno.test("an outbox of an older layout could be opened, and keeps its layout", async () => {
  await using folder = await tempFolder();
  const { path, bytes } = await outboxOf(folder, layoutVersion - 1);
  await checkOutbox(path);
  assertEquals(await Deno.readFile(path), bytes);
});

Deno.test("an outbox of a newer layout is refused, and so is a folder", async () => {
  await using folder = await tempFolder();
  const { path } = await outboxOf(folder, layoutVersion + 1);
  assertStringIncludes((await refusal(path)).message, "run the version that wrote it");
  assertStringIncludes((await refusal(folder.path)).message, "is a folder");
});

Deno.test("an outbox that a router has is refused, and one whose router has ended is not", async () => {
  await using folder = await tempFolder();
  const { path } = await outboxOf(folder, layoutVersion);
  {
    using _lock = lockOutbox(path);
    assertStringIncludes((await refusal(path)).message, "in use by another router");
  }
  await checkOutbox(path);
});

Deno.test("a folder that cannot be made is told as the system tells it", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("a-file", "");
  const error = await assertRejects(() => checkOutbox(`${file}/outbox.sqlite`), Error);
  assertEquals(error instanceof OutboxFileError, false);
});
