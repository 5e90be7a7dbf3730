import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { BesideFiles } from "../../../src/config/load/beside_files.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { beforeSend, chainOf, rulesProject } from "../rules_project.ts";

Deno.test("a file is read once, and its path is known afterwards", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("words.txt", "one");
  const files = new BesideFiles((path) => join(folder.path, path));
  assertEquals(files.read("words.txt"), "one");
  await folder.write("words.txt", "two");
  assertEquals(files.read("./words.txt"), "one");
  assertEquals(files.paths, [file]);
});

Deno.test("a file that is not there or no text is an error with its path, which is kept", async () => {
  await using folder = await tempFolder();
  const binary = await folder.write("binary", new Uint8Array([0xff, 0xfe, 0x00]));
  const files = new BesideFiles((path) => join(folder.path, path));
  const missing = join(folder.path, "missing");
  assertThrows(
    () => files.read("missing"),
    Error,
    `there is no file ${missing}; make it, or name another, relative to the rules file`,
  );
  assertThrows(() => files.read("binary"), Error, `${binary} is not UTF-8 text`);
  assertThrows(() => files.read("."), Error, `${folder.path} cannot be read`);
  assertEquals(files.paths.slice(0, 2), [missing, binary]);
});

const rules = chainOf(beforeSend, [
  { use: "words", field: "sendID", files: ["lists/words.txt"], action: "refuse" },
]);

Deno.test("a word list is found beside the rules file, and named among the files read", async () => {
  await using project = await rulesProject(rules, { files: { "lists/words.txt": "bad" } });
  const { files } = await project.load();
  assertEquals(files.paths, [join(project.folder, "lists/words.txt")]);
});

Deno.test("a word list that is missing is a problem of the rules file with its place", async () => {
  await using project = await rulesProject(rules);
  const [problem] = await project.problems();
  assertStringIncludes(
    problem!,
    `callbacks.${beforeSend}.rules[0].files[0]: there is no file lists/words.txt; make it, or name another, relative to the rules file`,
  );
  assertStringIncludes(problem!, "rules.json:1:");
});
