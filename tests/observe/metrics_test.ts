import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pass } from "../../src/chain/outcome.ts";
import { Metrics, type MetricSources } from "../../src/observe/metrics.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { aDelivery, saying } from "../chain/links.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { silent } from "./silent_events.ts";
import { aChain, answerWatched } from "./watched.ts";

const now = 1_754_300_000_000;
const minute = { label: "1m", milliseconds: 60_000 };

/** Metrics of a router that has nothing but what a test says. */
function metricsOf(sources: Partial<MetricSources> = {}) {
  const clock = new FakeClock(now);
  const metrics = new Metrics({
    outbox: () => Promise.resolve([]),
    targetStatuses: () => Promise.resolve([]),
    store: () => Promise.resolve(),
    warnings: () => Promise.resolve([]),
    oddAnswers: () => [],
    counters: () => [],
    logLinesDropped: () => 0,
    ...sources,
  }, clock);
  const lines = async () => (await metrics.exposition()).text.split("\n");
  return { metrics, clock, lines, [Symbol.dispose]: () => metrics.close() };
}

async function assertLines(lines: () => Promise<string[]>, expected: readonly string[]) {
  const found = await lines();
  assertEquals(expected.filter((line) => !found.includes(line)), [], found.join("\n"));
}

Deno.test("what happens to callbacks is counted, and told to the log as before", async () => {
  using observed = metricsOf();
  const told: string[] = [];
  const noting = { ...silent, turnedAway: () => void told.push("turned away") };
  const events = observed.metrics.counting(noting);
  events.turnedAway(new RequestError("unknownCommand", "callbackMadeUp"), {
    caller: "127.0.0.1",
    path: "/callbackMadeUp",
    operationID: "op-1",
  });
  events.overridesDropped(aCallback(), [
    { field: "ex", reason: "null" },
    { field: "content", reason: "no JSON" },
  ]);
  events.notStored(aCallback(), [aDelivery("d1"), aDelivery("d2")], new Error("full"));
  events.outboxFailed(new Error("full"));
  await assertLines(observed.lines, [
    'openim_router_requests_refused_total{problem="unknownCommand"} 1',
    'openim_router_requests_refused_total{problem="tooLarge"} 0',
    'openim_router_overrides_dropped_total{command="callbackAfterGroupMsgReadCommand"} 2',
    'openim_router_deliveries_not_stored_total{target="analytics"} 2',
    "openim_router_outbox_failures_total 1",
  ]);
  assertEquals(told, ["turned away"]);
});

Deno.test("nothing that a caller sends becomes a label", async () => {
  using observed = metricsOf();
  const events = observed.metrics.counting(silent);
  for (let time = 0; time < 100; time++) {
    events.turnedAway(new RequestError("unknownCommand", `callbackMadeUp${time}`), {
      caller: "127.0.0.1",
      path: `/callbackMadeUp${time}`,
      operationID: `op-${time}`,
    });
  }
  const text = (await observed.lines()).join("\n");
  assert(!text.includes("MadeUp") && !text.includes("op-1"));
  assertStringIncludes(text, '{problem="unknownCommand"} 100');
});

Deno.test("chains and rules are there with verdicts, outcomes and durations", async () => {
  using observed = metricsOf();
  const chain = aChain([saying(pass(), { name: "*[0] log", use: "log" })], "callbackX");
  await answerWatched(chain, observed.metrics.chains);
  await assertLines(observed.lines, [
    'openim_router_callbacks_total{command="callbackX",verdict="continue"} 1',
    'openim_router_chain_duration_seconds_count{command="callbackX"} 1',
    'openim_router_rule_outcomes_total{rule="*[0] log",use="log",outcome="pass"} 1',
    'openim_router_rule_duration_seconds_bucket{le="+Inf",rule="*[0] log",use="log"} 1',
  ]);
});

Deno.test("attempts at deliveries are counted by target and result, with how long they took", async () => {
  using observed = metricsOf();
  const events = observed.metrics.counting(silent);
  events.tallied?.([
    { target: "analytics", result: "delivered", durations: [20, 40] },
    { target: "analytics", result: "dead", durations: [3000] },
  ]);
  await assertLines(observed.lines, [
    'openim_router_delivery_attempts_total{target="analytics",result="delivered"} 2',
    'openim_router_delivery_attempts_total{target="analytics",result="dead"} 1',
    'openim_router_delivery_attempt_duration_seconds_bucket{le="0.05",target="analytics"} 2',
    'openim_router_delivery_attempt_duration_seconds_count{target="analytics"} 3',
  ]);
});

Deno.test("the outbox, the counters and the log are asked when the metrics are read", async () => {
  using observed = metricsOf({
    outbox: () =>
      Promise.resolve([
        { target: "analytics", waiting: 3, dead: 1, oldest: now - 90_000 },
        { target: "alerts", waiting: 0, dead: 2, oldest: undefined },
      ]),
    oddAnswers: () => [],
    counters: () => [{ name: "reads", windows: [minute], keys: 7, evictions: 2 }],
    logLinesDropped: () => 5,
  });
  const expected = [
    'openim_router_outbox_deliveries{target="analytics",state="waiting"} 3',
    'openim_router_outbox_deliveries{target="alerts",state="dead"} 2',
    'openim_router_outbox_oldest_age_seconds{target="analytics"} 90',
    'openim_router_outbox_oldest_age_seconds{target="alerts"} 0',
    'openim_router_counted_keys{counter="reads"} 7',
    'openim_router_counted_keys_evicted_total{counter="reads"} 2',
    "openim_router_log_lines_dropped_total 5",
  ];
  await assertLines(observed.lines, expected);
  await assertLines(observed.lines, expected);
});

Deno.test("a target for which the outbox holds nothing has zeros", async () => {
  const idle = { disabled: undefined, breaker: undefined, leftAlone: 0, lastError: undefined };
  using observed = metricsOf({
    targetStatuses: () => Promise.resolve([{ target: "analytics", underWay: 0, ...idle }]),
  });
  await assertLines(observed.lines, [
    'openim_router_outbox_deliveries{target="analytics",state="waiting"} 0',
    'openim_router_outbox_deliveries{target="analytics",state="dead"} 0',
    'openim_router_outbox_oldest_age_seconds{target="analytics"} 0',
  ]);
});

Deno.test("an outbox that does not answer leaves its own series out and no others", async () => {
  using observed = metricsOf({ outbox: () => Promise.reject(new Error("busy")) });
  const series = (await observed.lines()).filter((line) => !line.startsWith("#"));
  assertEquals(series.filter((line) => line.startsWith("openim_router_outbox_deliveries")), []);
  assert(series.some((line) => line.startsWith("process_resident_memory_bytes ")));
});

Deno.test("reloads are counted, and the time of the rules in force is told", async () => {
  using observed = metricsOf();
  observed.metrics.rulesApplied(new Map(), []);
  observed.clock.advance(60_000);
  observed.metrics.reloaded("refused");
  await assertLines(observed.lines, [
    'openim_router_rules_reloads_total{result="applied"} 0',
    'openim_router_rules_reloads_total{result="refused"} 1',
    `openim_router_rules_applied_timestamp_seconds ${now / 1000}`,
  ]);
});

Deno.test("the event loop's delay is how much later than asked a timer comes", async () => {
  using observed = metricsOf();
  // busy for 300 ms when the timer of 100 ms is due
  observed.clock.stall(400);
  await assertLines(observed.lines, [
    'openim_router_event_loop_delay_seconds_bucket{le="0.25"} 0',
    'openim_router_event_loop_delay_seconds_bucket{le="0.5"} 1',
    "openim_router_event_loop_delay_seconds_sum 0.3",
  ]);
});

Deno.test("how it stands with the targets is told, one series for each state of a breaker", async () => {
  const well = {
    ...{ disabled: undefined, leftAlone: 0, underWay: 3 },
    lastError: undefined,
  } as const;
  using observed = metricsOf({
    targetStatuses: () =>
      Promise.resolve([
        { ...well, target: "a", breaker: "halfOpen", leftAlone: 5 },
        { ...well, target: "b", breaker: undefined, disabled: "410", leftAlone: Infinity },
      ]),
  });
  await assertLines(observed.lines, [
    'openim_router_target_breaker{target="a",state="closed"} 0',
    'openim_router_target_breaker{target="a",state="open"} 0',
    'openim_router_target_breaker{target="a",state="halfOpen"} 1',
    'openim_router_target_disabled{target="a"} 0',
    'openim_router_target_disabled{target="b"} 1',
    'openim_router_target_left_alone{target="a"} 1',
    'openim_router_target_left_alone{target="b"} 1',
    'openim_router_target_requests_under_way{target="a"} 3',
  ]);
  const breakers = (await observed.lines()).filter((line) => line.includes("breaker{target="));
  assertEquals(breakers.length, 3, "b has none");
});

Deno.test("whether the store can be written is told, and 0 where nobody knows", async () => {
  using well = metricsOf();
  await assertLines(well.lines, ["openim_router_store_writable 1"]);
  using full = metricsOf({ store: () => Promise.reject(new Error("disk is full")) });
  await assertLines(full.lines, ["openim_router_store_writable 0"]);
});

Deno.test("what is wrong although callbacks are answered is counted by what it is about", async () => {
  const warnings = [{ about: "targets", text: "a" }, { about: "targets", text: "b" }] as const;
  using observed = metricsOf({ warnings: () => Promise.resolve(warnings) });
  await assertLines(observed.lines, [
    'openim_router_degraded{about="targets"} 2',
    'openim_router_degraded{about="store"} 0',
    'openim_router_degraded{about="deadLetters"} 0',
  ]);
});

Deno.test("a courier that does not answer leaves the other metrics as they are", async () => {
  using observed = metricsOf({ targetStatuses: () => Promise.reject(new Error("busy")) });
  const lines = await observed.lines();
  assertEquals(lines.some((line) => line.startsWith("openim_router_target_disabled{")), false);
  assert(lines.includes("openim_router_outbox_failures_total 0"));
});

Deno.test("every counter of a target, a command and a rule starts at 0, so that its first is an increase", async () => {
  using observed = metricsOf();
  const branch = { name: "*[0]", when: () => true };
  const link = { ...saying(pass(), { name: "*[0].rules[0] log", use: "log" }) };
  const chain = aChain([{ ...link, within: [{ branch, taken: true }] }], "callbackX");
  observed.metrics.rulesApplied(new Map([["callbackX", chain]]), ["analytics"]);
  await assertLines(observed.lines, [
    ...["delivered", "retry", "kept", "dead", "expired"].map((result) =>
      `openim_router_delivery_attempts_total{target="analytics",result="${result}"} 0`
    ),
    'openim_router_deliveries_not_stored_total{target="analytics"} 0',
    'openim_router_overrides_dropped_total{command="callbackX"} 0',
    'openim_router_callbacks_total{command="callbackX",verdict="refuse"} 0',
    'openim_router_rule_outcomes_total{rule="*[0].rules[0] log",use="log",outcome="fail"} 0',
    'openim_router_rule_outcomes_total{rule="*[0]",use="group",outcome="fail"} 0',
  ]);
});

Deno.test("counters go on when the same targets and rules are in force again", async () => {
  using observed = metricsOf();
  const chains = new Map([["callbackX", aChain([], "callbackX")]]);
  observed.metrics.rulesApplied(chains, ["analytics"]);
  const events = observed.metrics.counting(silent);
  events.notStored(aCallback(), [aDelivery("d1")], new Error("full"));
  events.tallied?.([{ target: "analytics", result: "dead", durations: [1] }]);
  observed.metrics.rulesApplied(chains, ["analytics"]);
  await assertLines(observed.lines, [
    'openim_router_deliveries_not_stored_total{target="analytics"} 1',
    'openim_router_delivery_attempts_total{target="analytics",result="dead"} 1',
  ]);
});

Deno.test("figures of targets and commands that are gone from the rules are forgotten", async () => {
  using observed = metricsOf();
  const { metrics } = observed;
  const events = metrics.counting(silent);
  const attempts = (target: string) =>
    events.tallied?.([{ target, result: "retry", durations: [10] }]);
  metrics.rulesApplied(new Map(), ["old", "kept"]);
  for (const target of ["old", "kept"]) {
    attempts(target);
    events.notStored(aCallback(), [{ ...aDelivery("d1"), target }], new Error("full"));
  }
  events.overridesDropped(aCallback({ command: "callbackOld" }), [{ field: "ex", reason: "no" }]);
  metrics.rulesApplied(new Map(), ["kept"]);
  const lines = await observed.lines();
  assertEquals(lines.filter((line) => /"(?:old|callbackOld)"/.test(line)), []);
  assert(lines.includes('openim_router_delivery_attempts_total{target="kept",result="retry"} 1'));
  assert(lines.includes('openim_router_deliveries_not_stored_total{target="kept"} 1'));
  // an attempt that was under way when its target went, until the next reload
  attempts("old");
  await assertLines(observed.lines, [
    'openim_router_delivery_attempts_total{target="old",result="retry"} 1',
    'openim_router_delivery_attempt_duration_seconds_count{target="old"} 1',
  ]);
  metrics.rulesApplied(new Map(), ["kept"]);
  assertEquals((await observed.lines()).filter((line) => line.includes('"old"')), []);
});

Deno.test("deleted dead letters and ended connections are counted, and told as before", async () => {
  using observed = metricsOf();
  const told: unknown[] = [];
  const events = observed.metrics.counting({
    ...silent,
    deadLettersDeleted: (count) => void told.push(count),
    connectionsEnded: ({ latest }) => void told.push(latest),
  });
  events.deadLettersDeleted(7);
  events.connectionsEnded({
    ...{
      slowHead: 2,
      slowBody: 0,
      tooMany: 1,
      tooManyOfCaller: 0,
      pipelined: 0,
      latest: "10.0.0.1",
    },
  });
  assertEquals(told, [7, "10.0.0.1"]);
  await assertLines(observed.lines, [
    "openim_router_dead_letters_deleted_total 7",
    'openim_router_connections_ended_total{reason="slowHead"} 2',
    'openim_router_connections_ended_total{reason="slowBody"} 0',
    'openim_router_connections_ended_total{reason="tooMany"} 1',
  ]);
});

Deno.test("odd answers are counted for each target and kind, from 0 on", async () => {
  using observed = metricsOf({
    oddAnswers: () => [
      { target: "moderation", errCode: 3, garbled: 0 },
      { target: "quiet", errCode: 0, garbled: 0 },
    ],
  });
  await assertLines(observed.lines, [
    'openim_router_odd_answers_total{target="moderation",kind="errCode"} 3',
    'openim_router_odd_answers_total{target="moderation",kind="garbled"} 0',
    'openim_router_odd_answers_total{target="quiet",kind="errCode"} 0',
  ]);
});
