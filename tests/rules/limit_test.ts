import { assertEquals } from "@std/assert";
import { aPlugin, type BenchOptions, ruleBench, ruleProblems } from "./rule_bench.ts";
import { type RuleSnippet, testCommand } from "./rule_bench.ts";

const start = 1_754_300_000_000;
const other = "callbackBeforeOtherCommand";

const limit = (options: object = {}): RuleSnippet => ({ use: "limit", rate: "2/1s", ...options });

/** A bench whose every run tells the verdict. */
function limited(rules: readonly RuleSnippet[], options?: BenchOptions) {
  const bench = ruleBench(rules, options);
  return async (sendID = "u1", at = start, command = testCommand) => {
    const request = { sendID, receiveID: "u2", unreadMsgNum: 5 };
    const { verdict } = await bench.run({ request, receivedAt: at, command });
    return verdict.kind;
  };
}

const twoCommands = (rules: readonly RuleSnippet[]): BenchOptions => ({
  plugins: [aPlugin(), aPlugin({ command: other })],
  chains: { [other]: rules },
});

Deno.test("callbacks within the rate continue and those beyond it are refused", async () => {
  const run = limited([limit()]);
  assertEquals([await run(), await run(), await run()], ["continue", "continue", "refuse"]);
});

Deno.test("the time of a callback decides", async () => {
  const run = limited([limit()]);
  await run();
  await run();
  assertEquals(await run("u1", start + 499), "refuse");
  assertEquals(await run("u1", start + 500), "continue");
});

Deno.test("keys are limited apart", async () => {
  const run = limited([limit({ rate: "1/1s", key: "sendID" })]);
  assertEquals([await run("a"), await run("b"), await run("a")], [
    "continue",
    "continue",
    "refuse",
  ]);
});

Deno.test("without a key there is one limit for all", async () => {
  const run = limited([limit({ rate: "1/1s" })]);
  assertEquals([await run("a"), await run("b")], ["continue", "refuse"]);
});

Deno.test("a burst of one's own is held to", async () => {
  const run = limited([limit({ rate: "100/1m", burst: 1 })]);
  assertEquals([await run(), await run()], ["continue", "refuse"]);
});

Deno.test("the refusal has a code and a message by default", async () => {
  const bench = ruleBench([limit({ rate: "1/1s" })]);
  await bench.run();
  const { verdict } = await bench.run();
  const refusal = { kind: "refuse", code: 5001, message: "too many requests", detail: "" };
  assertEquals(verdict, refusal as typeof verdict);
});

Deno.test("the refusal has the code and the message that the rule gives", async () => {
  const bench = ruleBench([limit({ rate: "1/1s", code: 5010, message: "slow down" })]);
  await bench.run();
  const { verdict } = await bench.run();
  const refusal = { kind: "refuse", code: 5010, message: "slow down", detail: "" };
  assertEquals(verdict, refusal as typeof verdict);
});

Deno.test("what is beyond the limit may be tagged instead", async () => {
  const bench = ruleBench([
    limit({ rate: "1/1s", action: "tag", tag: "flood" }),
    { use: "log", fields: { flood: "tags.flood" } },
  ]);
  for (let run = 0; run < 2; run++) await bench.run({ receivedAt: start });
  assertEquals(bench.logged.map(({ properties }) => properties.flood), [false, true]);
});

Deno.test("two limits of one chain do not share their buckets", async () => {
  const run = limited([limit(), limit()]);
  assertEquals([await run(), await run(), await run()], ["continue", "continue", "refuse"]);
});

Deno.test("the limits of two commands do not share their buckets", async () => {
  const run = limited([limit({ rate: "1/1s" })], twoCommands([limit({ rate: "1/1s" })]));
  assertEquals([await run(), await run("u1", start, other)], ["continue", "continue"]);
});

Deno.test("a limit of the general chain is one for each command", async () => {
  const run = limited([], {
    plugins: [aPlugin(), aPlugin({ command: other })],
    chains: { "*": [limit({ rate: "1/1s" })] },
  });
  assertEquals([await run(), await run("u1", start, other)], ["continue", "continue"]);
});

Deno.test("limits of one name and rate share their buckets over commands", async () => {
  const named = limit({ name: "messages", rate: "1/1s", key: "sendID" });
  const run = limited([named], twoCommands([named]));
  assertEquals([await run(), await run("u1", start, other)], ["continue", "refuse"]);
});

Deno.test("limits of one name and another rate do not", async () => {
  const run = limited(
    [limit({ name: "messages", rate: "1/1s" })],
    twoCommands([limit({ name: "messages", rate: "1/2s" })]),
  );
  assertEquals([await run(), await run("u1", start, other)], ["continue", "continue"]);
});

const after = "callbackAfterTestCommand";

/** A limit of a before-callback and an after-callback. */
const beforeAndAfter = (rule: RuleSnippet) =>
  ruleBench([rule], {
    plugins: [aPlugin(), aPlugin({ command: after, timing: "after" })],
    chains: { [after]: [rule, { use: "log" }] },
  });

Deno.test("a limit that refuses in an after-callback gets a warning", () => {
  assertEquals(beforeAndAfter(limit()).warnings, [
    `callbacks.${after}.rules[0].use: "limit" does nothing here: ${after} is an after-callback, ` +
    "which OpenIM does not wait for",
  ]);
});

Deno.test("a limit that tags in an after-callback gets none", () => {
  assertEquals(beforeAndAfter(limit({ action: "tag", tag: "flood" })).warnings, []);
});

Deno.test("a limit that refuses in an after-callback cuts no chain short, nor takes a token", async () => {
  const bench = beforeAndAfter(limit({ name: "messages", rate: "1/1s" }));
  for (let run = 0; run < 3; run++) {
    const { traces } = await bench.run({ command: after, receivedAt: start });
    assertEquals(traces.map(({ outcome }) => outcome?.kind), ["pass", "pass"]);
  }
  assertEquals((await bench.run({ receivedAt: start })).verdict.kind, "continue");
});

for (const rate of ["20", "20/s", "0/1s", "2.5/1s", "20/0s", "20 / 10s", "20/10"]) {
  Deno.test(`the rate "${rate}" is an error that shows how to write one`, () => {
    assertEquals(ruleProblems([limit({ rate })]), [
      'rules[0].rate: expected a number per duration such as "20/10s" or "100/1m"',
    ]);
  });
}

Deno.test("a key that the command does not have is an error", () => {
  assertEquals(ruleProblems([limit({ key: "sendId" })]), [
    'rules[0].key: unknown field "sendId", did you mean "sendID"?',
  ]);
});

for (
  const [rate, wait] of [
    ["1/1d", 86_400_000],
    ["1/30d", 30 * 86_400_000],
    ["5/1m", 12_000],
    ["3/1s", 334],
    ["2/1.5ms", 1],
  ] as const
) {
  Deno.test(`${rate} lets one more through after ${wait} ms and not before`, async () => {
    const run = limited([limit({ rate, key: "sendID" })]);
    for (let taken = 0; taken < Number(rate.split("/")[0]); taken++) {
      assertEquals(await run("u1"), "continue");
    }
    assertEquals(await run("u1", start + wait - 1), "refuse");
    assertEquals(await run("u1", start + wait), "continue");
    assertEquals(await run("u1", start + wait), "refuse");
  });
}

for (const jump of [-3_600_000, 3_600_000]) {
  Deno.test(`a clock that is set by ${jump} ms gives no token back and keeps none`, async () => {
    const bench = ruleBench([limit({ rate: "1/1m" })]);
    const run = async () => (await bench.run({ receivedAt: 0 })).verdict.kind;
    assertEquals(await run(), "continue");
    bench.clock.jump(bench.clock.now() + jump);
    assertEquals(await run(), "refuse");
    bench.clock.advance(59_999);
    assertEquals(await run(), "refuse");
    bench.clock.advance(1);
    assertEquals(await run(), "continue");
  });
}
