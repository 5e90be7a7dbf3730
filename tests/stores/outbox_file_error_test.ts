import { assertEquals, assertStringIncludes } from "@std/assert";
import { unusable } from "../../src/stores/outbox_file_error.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** An error as SQLite gives it, with its number. */
const sqlite = (errcode: number) => Object.assign(new Error("it fails"), { errcode });
/** An error as the system gives it, with its code. */
const system = (code: string) => Object.assign(new Error("it fails"), { code });

for (
  const [what, cause, remedy] of [
    ["a full disk", sqlite(13), "make room"],
    ["no room for what readers need", sqlite(4874), "make room"],
    ["a full disk, as the system says it", system("ENOSPC"), "make room"],
    ["an error of the disk", sqlite(10 + 256), "make room on the disk, or look if it works"],
    ["a lock of another program", sqlite(5), "end what holds a lock"],
    ["a damaged page", sqlite(11), "restore a copy"],
  ] as const
) {
  Deno.test(`${what} is trouble of the store, told with what to do`, () => {
    const { problem, message } = unusable("/nowhere/outbox.sqlite", cause);
    assertEquals(problem, "trouble");
    assertStringIncludes(message, remedy);
  });
}

Deno.test("a file that cannot be made is a mistake, and one that is there and fails is trouble", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("outbox.sqlite", "");
  const denied = new Deno.errors.PermissionDenied("not yours");
  assertEquals(unusable(`${folder.path}/other.sqlite`, denied).problem, "setup");
  assertEquals(unusable(path, denied).problem, "trouble");
});

Deno.test("a file of something else is a mistake, and a damaged one if a router has used it", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("outbox.sqlite", "a text");
  assertEquals(unusable(path, sqlite(26)).problem, "setup");
  await folder.write("outbox.sqlite.lock", "1");
  const { problem, message } = unusable(path, sqlite(26));
  assertEquals(problem, "trouble");
  assertStringIncludes(message, "is damaged");
});
