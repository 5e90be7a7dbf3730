import { assertEquals } from "@std/assert";
import { fail, pass, refuse } from "../../src/chain/outcome.ts";
import { ChainFigures } from "../../src/observe/chain_figures.ts";
import type { DurationTally, Labels } from "../../src/observe/duration_tally.ts";
import { aDelivery, aLink, saying } from "../chain/links.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aChain, answerWatched } from "./watched.ts";

/** The series that are not 0, by their labels. */
function nonZero(series: Iterable<readonly [Labels, number]>): Record<string, number> {
  return Object.fromEntries(
    [...series].filter(([, value]) => value > 0)
      .map(([labels, value]) => [Object.values(labels).join(" "), value]),
  );
}

/** The sum of a tally, in milliseconds, and how many there are. */
function sumAndCount(tally: DurationTally) {
  const series = [...tally.series("d", {})];
  const of = (name: string) => series.find(({ metricName }) => metricName === name)!.value;
  return { sum: of("d_sum") * 1000, count: of("d_count") };
}

Deno.test("callbacks are counted by command and by what OpenIM was told", async () => {
  const figures = new ChainFigures();
  const quiet = aChain([], "callbackQuiet");
  const strict = aChain([saying(refuse(5001, "no"))], "callbackStrict");
  for (const chain of [quiet, quiet, strict]) await answerWatched(chain, figures);
  assertEquals(nonZero(figures.verdicts()), {
    "callbackQuiet continue": 2,
    "callbackStrict refuse": 1,
  });
});

Deno.test("every outcome of a rule is counted, and that it did not run", async () => {
  const figures = new ChainFigures();
  const links = [
    saying(fail("down"), { name: "*[0] forward" }),
    saying(refuse(5001, "no"), { name: "*[1] refuse" }),
    saying(pass(), { name: "*[2] count", use: "count" }),
    saying(pass(), { name: "*[3] log", use: "log", always: true }),
  ];
  await answerWatched(aChain(links), figures);
  assertEquals(nonZero(figures.ruleResults()), {
    "*[0] forward fail fail": 1,
    "*[1] refuse refuse refuse": 1,
    "*[2] count count skipped": 1,
    "*[3] log log pass": 1,
  });
});

Deno.test("a rule that runs for several commands is one rule", async () => {
  const figures = new ChainFigures();
  const shared = saying(pass(), { name: "*[0] log", use: "log" });
  await answerWatched(aChain([shared], "callbackOne"), figures);
  await answerWatched(aChain([shared], "callbackOther"), figures);
  assertEquals(nonZero(figures.ruleResults()), { "*[0] log log pass": 2 });
});

Deno.test("durations are those of the chain, of each rule that ran, and of storing", async () => {
  const figures = new ChainFigures();
  const clock = new FakeClock();
  const slow = aLink("slow", (_callback, scope) => {
    clock.advance(30);
    scope.deliver(aDelivery("d1"));
    return pass();
  });
  const never = aLink("never", () => pass(), { when: () => false });
  await answerWatched(aChain([slow, never], "callbackSlow"), figures, {
    clock,
    store() {
      clock.advance(7);
      return Promise.resolve();
    },
  });
  const rules = [...figures.ruleDurations()].map(([{ rule }, tally]) => [rule, sumAndCount(tally)]);
  assertEquals(Object.fromEntries(rules), {
    slow: { sum: 30, count: 1 },
    never: { sum: 0, count: 0 },
  });
  const [[, chain]] = [...figures.chainDurations()] as [[Labels, DurationTally]];
  assertEquals(sumAndCount(chain), { sum: 30, count: 1 });
  assertEquals(sumAndCount(figures.storing), { sum: 7, count: 1 });
});

Deno.test("rules and commands that are gone are forgotten, the others go on", async () => {
  const figures = new ChainFigures();
  const kept = saying(pass(), { name: "*[0] log" });
  const before = aChain([kept, saying(pass(), { name: "*[1] count" })], "callbackKept");
  await answerWatched(before, figures);
  await answerWatched(aChain([], "callbackGone"), figures);

  const after = aChain([kept], "callbackKept");
  figures.follow(new Map([[after.command, after]]));
  await answerWatched(after, figures);
  assertEquals(nonZero(figures.ruleResults()), { "*[0] log pass pass": 2 });
  assertEquals(nonZero(figures.verdicts()), { "callbackKept continue": 2 });
});
