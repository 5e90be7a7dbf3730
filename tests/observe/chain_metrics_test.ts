import { assertEquals } from "@std/assert";
import { fail, pass, refuse } from "../../src/chain/outcome.ts";
import { ChainMetrics } from "../../src/observe/chain_metrics.ts";
import { MetricRegistry } from "../../src/observe/metric_registry.ts";
import { aDelivery, aLink, saying } from "../chain/links.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aChain, answerWatched } from "./watched.ts";

/** Watched chains, and the series of a metric that are not 0, by their labels. */
function chainMetrics() {
  const registry = new MetricRegistry();
  return {
    chains: new ChainMetrics(registry),
    async nonZero(name: string): Promise<Record<string, number>> {
      const { text } = await registry.exposition();
      const series = [...text.matchAll(/^openim_router_(\w+)(?:\{(.*)\})? (.*)$/gm)]
        .filter(([, found, , value]) => found === name && Number(value) !== 0)
        .map(([, , labels = "", value]) => [
          [...labels.matchAll(/="([^"]*)"/g)].map(([, label]) => label).join(" "),
          Number(value),
        ]);
      return Object.fromEntries(series);
    },
  };
}

Deno.test("callbacks are counted by command and by verdict", async () => {
  const { chains, nonZero } = chainMetrics();
  const quiet = aChain([], "callbackQuiet");
  const strict = aChain([saying(refuse(5001, "no"))], "callbackStrict");
  for (const chain of [quiet, quiet, strict]) await answerWatched(chain, chains);
  assertEquals(await nonZero("callbacks_total"), {
    "callbackQuiet continue": 2,
    "callbackStrict refuse": 1,
  });
});

Deno.test("every outcome of a rule is counted, and that it did not run", async () => {
  const { chains, nonZero } = chainMetrics();
  const links = [
    saying(fail("down"), { name: "*[0] forward" }),
    saying(refuse(5001, "no"), { name: "*[1] refuse" }),
    saying(pass(), { name: "*[2] count", use: "count" }),
    saying(pass(), { name: "*[3] log", use: "log", always: true }),
  ];
  await answerWatched(aChain(links), chains);
  assertEquals(await nonZero("rule_outcomes_total"), {
    "*[0] forward fail fail": 1,
    "*[1] refuse refuse refuse": 1,
    "*[2] count count skipped": 1,
    "*[3] log log pass": 1,
  });
});

Deno.test("a rule that runs for several commands is one rule", async () => {
  const { chains, nonZero } = chainMetrics();
  const shared = saying(pass(), { name: "*[0] log", use: "log" });
  await answerWatched(aChain([shared], "callbackOne"), chains);
  await answerWatched(aChain([shared], "callbackOther"), chains);
  assertEquals(await nonZero("rule_outcomes_total"), { "*[0] log log pass": 2 });
});

Deno.test("durations are those of the chain, of each rule that ran, and of storing", async () => {
  const { chains, nonZero } = chainMetrics();
  const clock = new FakeClock();
  const slow = aLink("slow", (_callback, scope) => {
    clock.advance(30);
    scope.deliver(aDelivery("d1"));
    return pass();
  });
  const never = aLink("never", () => pass(), { when: () => false });
  await answerWatched(aChain([slow, never], "callbackSlow"), chains, {
    clock,
    store() {
      clock.advance(7);
      return Promise.resolve();
    },
  });
  assertEquals(await nonZero("rule_duration_seconds_sum"), { "slow slow": 0.03 });
  assertEquals(await nonZero("rule_duration_seconds_count"), { "slow slow": 1 });
  assertEquals(await nonZero("chain_duration_seconds_sum"), { "callbackSlow": 0.03 });
  assertEquals(await nonZero("chain_duration_seconds_count"), { "callbackSlow": 1 });
  assertEquals(await nonZero("storing_duration_seconds_sum"), { "": 0.007 });
  assertEquals(await nonZero("storing_duration_seconds_count"), { "": 1 });
});

Deno.test("rules and commands that are gone are forgotten, the others go on", async () => {
  const { chains, nonZero } = chainMetrics();
  const kept = saying(pass(), { name: "*[0] log" });
  const before = aChain([kept, saying(pass(), { name: "*[1] count" })], "callbackKept");
  const gone = aChain([], "callbackGone");
  chains.follow(new Map([before, gone].map((chain) => [chain.command, chain])));
  await answerWatched(before, chains);
  await answerWatched(gone, chains);

  const after = aChain([kept], "callbackKept");
  chains.follow(new Map([[after.command, after]]));
  await answerWatched(after, chains);
  assertEquals(await nonZero("rule_outcomes_total"), { "*[0] log pass pass": 2 });
  assertEquals(await nonZero("rule_duration_seconds_count"), { "*[0] log pass": 2 });
  assertEquals(await nonZero("callbacks_total"), { "callbackKept continue": 2 });
  assertEquals(await nonZero("chain_duration_seconds_count"), { "callbackKept": 2 });
});

Deno.test("a rule of another kind in the same place starts anew", async () => {
  const { chains, nonZero } = chainMetrics();
  const of = (use: string) => aChain([saying(pass(), { name: "*[0]", use })], "callbackX");
  for (const use of ["log", "count"]) {
    chains.follow(new Map([["callbackX", of(use)]]));
    await answerWatched(of(use), chains);
  }
  assertEquals(await nonZero("rule_outcomes_total"), { "*[0] count pass": 1 });
});
