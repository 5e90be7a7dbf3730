/**
 * Writes into `docs/rules.md` what follows from the code: the tables, the contents, and what comes
 * of the examples. Its difference in version control is for people to read: an example whose
 * outcome changed is written down as willingly as one that is right.
 */
import { examplesOf, outcomeOf, pagePath, withoutTimes } from "./rules_examples.ts";
import {
  contentsOf,
  defaultsTable,
  markers,
  optionsTable,
  places,
  rulesTable,
  type Table,
} from "./rules_tables.ts";

const missing: string[] = [];
let page = await Deno.readTextFile(pagePath);

for (const example of examplesOf(page).toReversed()) {
  const { printed, text } = example;
  if (printed === undefined) continue;
  const outcome = await outcomeOf(example);
  if (withoutTimes(outcome) === withoutTimes(printed)) continue;
  const at = page.indexOf(text, lineStart(page, example.line));
  const old = page.indexOf(printed, at + text.length);
  page = page.slice(0, old) + outcome + page.slice(old + printed.length);
}
for (const place of places) writeTable(markers.options(place), optionsTable(place, page));
writeTable(markers.rules, rulesTable());
writeTable(markers.defaults, defaultsTable());
writeAfter(markers.contents, contentsOf(page));
if (missing.length > 0) {
  throw new Error(`docs/rules.md lacks ${missing.join(", ")}: add each, with an example`);
}
await Deno.writeTextFile(pagePath, page);

function writeTable(marker: string, [head = [], ...rows]: Table): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  writeAfter(marker, [line(head), line(head.map(() => "---")), ...rows.map(line)]);
}

/** Puts lines in place of the table or the list below a comment of the page. */
function writeAfter(marker: string, lines: readonly string[]): void {
  const start = page.indexOf(`\n${marker}\n`);
  if (start === -1) {
    missing.push(marker);
    return;
  }
  const end = start + marker.length + 2;
  const old = /^\n?(?:(?:\||\s*-).*\n)*/.exec(page.slice(end))![0];
  const rest = page.slice(end + old.length).replace(/^\n*/, "\n");
  page = `${page.slice(0, end)}\n${lines.join("\n")}\n${rest}`;
}

function lineStart(text: string, line: number): number {
  return text.split("\n").slice(0, line - 1).join("\n").length;
}
