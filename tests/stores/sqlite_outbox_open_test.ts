import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { outboxFile } from "./outbox_file.ts";

/** Makes a database, or changes one, as another program does. */
function execute(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

for (
  const [what, sql] of [
    ["tables of its own", "CREATE TABLE account (name TEXT)"],
    [
      "tables and a version of its own",
      "CREATE TABLE account (name TEXT); PRAGMA user_version = 1",
    ],
    ["a version of its own", "PRAGMA user_version = 7"],
    ["a table that is only called as ours", "CREATE TABLE delivery (name TEXT)"],
  ] as const
) {
  Deno.test(`another program's database with ${what} is refused and left as it is`, async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, "accounts.db");
    execute(path, sql);
    const before = await Deno.readFile(path);
    const { message } = assertThrows(() => new SqliteOutbox(path, "full"), OutboxFileError);
    for (const part of [path, "not an outbox", "another file"]) assertStringIncludes(message, part);
    assertEquals(await Deno.readFile(path), before);
  });
}

Deno.test("a file that is empty becomes an outbox", async () => {
  await using folder = await tempFolder();
  const outbox = new SqliteOutbox(await folder.write("outbox.db", ""), "full");
  assertEquals(await outbox.counts(), []);
  await outbox.close();
});

Deno.test("a file that is refused is let go of", async () => {
  await using file = await outboxFile();
  await file.open().close();
  execute(file.path, "PRAGMA user_version = 99");
  assertThrows(() => file.open(), OutboxFileError);
  // whoever still has the file open keeps its write-ahead log in place
  await assertRejects(() => Deno.stat(`${file.path}-wal`), Deno.errors.NotFound);
});

/** A thread that opens outboxes; resolves when it is ready. */
async function anOpener() {
  const worker = new Worker(new URL("opening_worker.ts", import.meta.url), { type: "module" });
  const answer = () =>
    new Promise<string>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  await answer();
  return {
    open(path: string): Promise<string> {
      const problem = answer();
      worker.postMessage(path);
      return problem;
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}

Deno.test("several that open a new file at once all find an outbox", async () => {
  await using folder = await tempFolder();
  using openers = new DisposableStack();
  const racing = (await Promise.all([anOpener(), anOpener(), anOpener(), anOpener()]))
    .map((opener) => openers.use(opener));
  for (let round = 0; round < 25; round++) {
    const path = join(folder.path, `outbox-${round}.db`);
    const problems = await Promise.all(racing.map((opener) => opener.open(path)));
    assertEquals(problems, ["", "", "", ""]);
  }
});
