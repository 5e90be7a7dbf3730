import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { fillIn } from "../../src/config/load/environment.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { root } from "../support/server_process.ts";

/** The rows that the table of metrics must have: name, type, labels, meaning. */
function documented(): readonly (readonly string[])[] {
  const metrics = new Metrics({
    outbox: () => Promise.resolve([]),
    targetStatuses: () => Promise.resolve([]),
    store: () => Promise.resolve(),
    warnings: () => Promise.resolve([]),
    oddAnswers: () => [],
    counters: () => [],
    logLinesDropped: () => 0,
  }, new FakeClock());
  metrics.close();
  return metrics.describe().map(({ name, type, labelNames, help }) => [
    `\`${name}\``,
    type,
    labelNames.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
}

const page = await Deno.readTextFile(join(root, "docs/operations.md"));

Deno.test("docs/operations.md lists every metric with its type, labels and meaning", () => {
  const rows = page.split("\n")
    .filter((line) => /^\| `[a-z_]+` +\| (?:counter|gauge|histogram) /.test(line))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
  assertEquals(rows, documented());
});

Deno.test("docs/operations.md says of every metric what to do about it", () => {
  const [, advice = ""] = page.split("### What to do about them");
  const rows = advice.split("#### Worth an alarm")[0]!.split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
  assertEquals(rows.map(([name]) => name), documented().map(([name]) => name));
  for (const [name, when = "", remedy = ""] of rows) {
    assert(when.length > 5 && remedy.length > 5, name);
  }
});

Deno.test("the alarms that docs/operations.md proposes are about metrics that there are", () => {
  const [, alarms = ""] = page.split("#### Worth an alarm");
  const names = [...alarms.matchAll(/openim_router_[a-z_]+/g)].map(([name]) =>
    name.replace(/_bucket$/, "")
  );
  const known = documented().map(([name]) => name!.replaceAll("`", ""));
  assert(names.length > 5);
  assertEquals(names.filter((name) => !known.includes(name)), []);
});

Deno.test("the section that docs/operations.md shows is one that can be loaded", () => {
  const example = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? "");
  const { value } = fillIn(example, () => "a-token-of-enough-length");
  assertEquals(rulesFile.parse(value).operator.token, "a-token-of-enough-length");
});
