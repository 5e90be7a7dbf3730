import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { log } from "../../src/config/sections/log_section.ts";
import { root } from "../support/server_process.ts";

/** What the code says to a logger: the level and the message, each written out. */
const spoken = [
  // a method of one of the loggers
  /\b(?:router|callbacks|deliveries)\.(debug|info|warning|error)\(\s*"((?:[^"\\]|\\.)+)"/g,
  // a rule's own log, and what is said on standard error beside a log file
  /(?<![#.\w])(?:log|report)\(\s*"(debug|info|warning|error)",\s*"((?:[^"\\]|\\.)+)"/g,
  // a record that is made by hand
  /level: "(debug|info|warning|error)",\s*message: \["((?:[^"\\]|\\.)+)"\]/g,
];

/** Whatever speaks to a logger, with whatever message. */
const speaking =
  /\b(?:router|callbacks|deliveries)\.(?:debug|info|warning|error)\(|(?<![#.\w])(?:log|report)\((?:\s*"|level,)/g;

async function sources(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) texts.push(...await sources(path));
    else if (name.endsWith(".ts")) texts.push(await Deno.readTextFile(join(root, path)));
  }
  return texts;
}

const texts = await sources("src");

/** Every event as the table has to have it: `level message`. */
function events(): ReadonlySet<string> {
  const found = texts.flatMap((text) =>
    spoken.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, level, message]) => {
        return `${level} ${message}`;
      })
    )
  );
  return new Set(found);
}

const page = await Deno.readTextFile(join(root, "docs/operations.md"));

interface Row {
  readonly message: string;
  readonly level: string;
  readonly meaning: string;
}

/** The rows of the table of events: message, level, what it means and what to do. */
function documented(): readonly Row[] {
  return page.split("\n").flatMap((line) => {
    const cells = line.slice(1, -1).split("|").map((cell) => cell.trim());
    const [, message] = /^`(.+)`$/.exec(cells[0] ?? "") ?? [];
    const [, level = "", meaning = ""] = cells;
    if (message === undefined || !/^(?:debug|info|warning|error)$/.test(level)) return [];
    return [{ message, level, meaning }];
  });
}

Deno.test("docs/operations.md lists every event of the log with its level, and no other", () => {
  const rows = documented().map(({ level, message }) => `${level} ${message}`);
  assert(rows.length > 20);
  assertEquals(rows.toSorted(), [...events()].toSorted());
});

Deno.test("every event of the log is documented with what it means or what to do", () => {
  const bare = documented().filter(({ meaning }) => meaning.length < 10);
  assertEquals(bare, []);
});

Deno.test("every message of the log is written out where it is said, so that it can be listed", () => {
  const said = texts.flatMap((text) => [...text.matchAll(speaking)]).length;
  const written =
    texts.flatMap((text) => spoken.slice(0, 2).flatMap((pattern) => [...text.matchAll(pattern)]))
      .length;
  assertEquals(said - written, 1, "the message of a log rule alone is not a text in the code");
});

Deno.test("the log section that docs/operations.md shows can be loaded", () => {
  const examples = [...page.matchAll(/```json\n(\{\s+"log".*?)```/gs)]
    .map(([, json = ""]) => JSON.parse(json));
  assertEquals(examples.length, 1);
  const { file, redact } = log.parse(examples[0].log);
  assertEquals([file?.path, redact], ["logs/router.log", ["sendID", "recvID"]]);
});

Deno.test("the defaults that docs/operations.md names are those of the log section", () => {
  const { level, format, file, redact } = log.parse({ file: { path: "router.log" } });
  const defaults = { level, format, "file.size": file?.size, "file.keep": file?.keep, redact };
  for (const [name, value] of Object.entries(defaults)) {
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
    assert(row?.includes(`| \`${text}\` `), `${name} is ${text}, but the page has: ${row}`);
  }
});
