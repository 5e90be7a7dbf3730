import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { loadRules } from "../../../src/config/load/load_rules.ts";
import { ConfigError } from "../../../src/config/source/config_error.ts";
import { ReadFiles } from "../../../src/config/load/read_files.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { beforeSend, chainOf, rulesProject } from "../rules_project.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file that was read when it held a text. */
async function readFile(text: string) {
  const folder = await tempFolder();
  const path = await folder.write("rules.json", text);
  const files = new ReadFiles();
  files.note(path, bytes(text));
  return { folder, path, files, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

for (const quick of [false, true]) {
  const look = quick ? "a quick look" : "a look";

  Deno.test(`${look} finds a file that holds something else`, async () => {
    await using read = await readFile("one");
    assertEquals(await read.files.changed({ quick }), false);
    await Deno.writeTextFile(read.path, "another");
    assertEquals(await read.files.changed({ quick }), true);
    assertEquals(await read.files.changed({ quick }), true, "until it is read again");
  });

  Deno.test(`${look} finds that a file is gone, and that one has come`, async () => {
    await using read = await readFile("one");
    await Deno.remove(read.path);
    assertEquals(await read.files.changed({ quick }), true);
    read.files.note(read.path, undefined);
    assertEquals(await read.files.changed({ quick }), false);
    await Deno.writeTextFile(read.path, "one");
    assertEquals(await read.files.changed({ quick }), true);
  });

  Deno.test(`for ${look} a file that is written with what it held is the same`, async () => {
    await using read = await readFile("one");
    await Deno.writeTextFile(read.path, "other");
    await Deno.writeTextFile(read.path, "one");
    await Deno.utime(read.path, 1, 1);
    assertEquals(await read.files.changed({ quick }), false);
  });
}

const listed = (file: string) =>
  chainOf(beforeSend, [{ use: "words", files: [file], field: "sendID", action: "refuse" }]);

/** The names of the files that loading a project reads. */
async function namesRead(rules: object | string, files: Record<string, string> = {}) {
  await using project = await rulesProject(rules, { files });
  const readFiles = new ReadFiles();
  const loading = loadRules(project.file, { ...project.context, readFiles });
  const result = await loading.then(() => "loaded", (error) => {
    if (!(error instanceof ConfigError)) throw error;
    return "refused";
  });
  assertEquals(await readFiles.changed(), false);
  const names = readFiles.paths.map((path) => path.replace(join(project.folder, "/"), ""));
  return [result, ...names];
}

Deno.test("loading notes the rules file and the word lists that it names", async () => {
  const read = await namesRead(listed("spam.txt"), { "spam.txt": "casino\n" });
  assertEquals(read, ["loaded", "rules.json", "spam.txt"]);
});

Deno.test("a rules file that is refused was read as well, and a list that is not there", async () => {
  assertEquals(await namesRead("{ broken"), ["refused", "rules.json"]);
  assertEquals(await namesRead(listed("gone.txt")), ["refused", "rules.json", "gone.txt"]);
});

Deno.test("a rules file with a byte order mark or broken UTF-8 is the same at the next look", async () => {
  await using project = await rulesProject({});
  for (const content of [bytes("\uFEFF{}"), new Uint8Array([0x7b, 0xff, 0x7d])]) {
    await Deno.writeFile(project.file, content);
    const readFiles = new ReadFiles();
    await loadRules(project.file, { ...project.context, readFiles }).catch(() => {});
    assertEquals(await readFiles.changed(), false);
  }
});
