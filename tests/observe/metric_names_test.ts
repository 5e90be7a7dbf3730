/** The conventions of Prometheus, as the project's documentation gives them for names and labels. */
import { assert, assertEquals } from "@std/assert";
import { pass } from "../../src/chain/outcome.ts";
import type { MetricDescription } from "../../src/observe/metric_registry.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { aDelivery, saying } from "../chain/links.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { isThere } from "../support/programs.ts";
import { silent } from "./silent_events.ts";
import { aChain, answerWatched } from "./watched.ts";

/** Metrics with a series of every kind that they have. */
async function fullMetrics() {
  const metrics = new Metrics({
    outbox: () => Promise.resolve([{ target: "analytics", waiting: 1, dead: 1, oldest: 1 }]),
    targetStatuses: () =>
      Promise.resolve([{
        ...{ target: "analytics", disabled: undefined, breaker: "halfOpen", leftAlone: 1 },
        ...{ lastError: "no", underWay: 1 },
      }]),
    store: () => Promise.resolve(),
    warnings: () => Promise.resolve([]),
    oddAnswers: () => [],
    counters: () => [{ name: "reads", windows: [], keys: 1, evictions: 1 }],
    logLinesDropped: () => 1,
  }, new FakeClock());
  await answerWatched(aChain([saying(pass(), { name: '*[0] "log"\n\\' })]), metrics.chains);
  const events = metrics.counting(silent);
  events.overridesDropped(aCallback(), [{ field: "ex", reason: "null" }]);
  events.notStored(aCallback(), [aDelivery("d1")], new Error("full"));
  events.tallied?.([{ target: "analytics", result: "delivered", durations: [1] }]);
  return metrics;
}

async function described(): Promise<readonly MetricDescription[]> {
  const metrics = await fullMetrics();
  metrics.close();
  return metrics.describe();
}

Deno.test("names are in snake case and start with the router's name or process", async () => {
  for (const { name } of await described()) {
    assert(/^(?:openim_router|process)(?:_[a-z]+)+$/.test(name), name);
  }
});

Deno.test("a counter ends in _total, and nothing else does", async () => {
  const all = await described();
  assert(all.length > 15);
  for (const { name, type } of all) assertEquals(name.endsWith("_total"), type === "counter", name);
});

Deno.test("what has a unit names it, in base units", async () => {
  for (const { name, type } of await described()) {
    assert(!/(?:milli|micro)seconds|_ms\b|minutes|kilobytes|_percent/.test(name), name);
    if (type === "histogram") assert(name.endsWith("_seconds"), name);
    if (/duration|delay|age|timestamp|cpu/.test(name)) assert(name.includes("_seconds"), name);
    if (/memory|heap/.test(name)) assert(name.endsWith("_bytes"), name);
  }
});

Deno.test("a name does not say its type, nor a suffix that histograms keep for themselves", async () => {
  for (const { name } of await described()) {
    assert(!/_(?:counter|gauge|histogram|summary|bucket|count|sum)(?:_|$)/.test(name), name);
  }
});

Deno.test("a metric says what it means, in a sentence", async () => {
  for (const { name, help } of await described()) {
    assert(/^[A-Z].{15,}\.$|^[A-Z][^.]+$/.test(help), `${name}: ${help}`);
  }
});

Deno.test("labels are in snake case and none repeats what the name says", async () => {
  for (const { name, labelNames } of await described()) {
    for (const label of labelNames) {
      assert(/^[a-z]+(?:_[a-z]+)*$/.test(label) && label !== "le", `${name}: ${label}`);
    }
  }
});

Deno.test("every line is a comment or a series, each metric with its meaning and type first", async () => {
  const metrics = await fullMetrics();
  metrics.close();
  const { text, contentType } = await metrics.exposition();
  assertEquals(contentType, "text/plain; version=0.0.4; charset=utf-8");
  assert(text.endsWith("\n"));
  const series = /^[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (?:-?[\d.e+-]+|\+Inf)$/;
  for (const block of text.trimEnd().split("\n\n")) {
    const [help = "", type = "", ...rest] = block.split("\n");
    const name = help.split(" ")[2]!;
    assert(help.startsWith("# HELP ") && type.startsWith(`# TYPE ${name} `), block);
    for (const line of rest) assert(series.test(line) && line.startsWith(name), line);
    const keys = rest.map((line) => line.slice(0, line.lastIndexOf(" ")));
    assertEquals(new Set(keys).size, keys.length, "no series is there twice");
  }
});

/** Where Debian's package `prometheus` puts it. */
const promtool = isThere("promtool");
if (!promtool) {
  const reason = "promtool is not installed (Debian: apt-get install prometheus): not asked\n";
  Deno.stderr.writeSync(new TextEncoder().encode(reason));
}

Deno.test({
  name: "promtool has nothing to say against the metrics",
  ignore: !promtool,
  async fn() {
    const metrics = await fullMetrics();
    metrics.close();
    const process = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode((await metrics.exposition()).text));
    await writer.close();
    const { code, stdout, stderr } = await process.output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals({ code, said }, { code: 0, said: "" });
  },
});
