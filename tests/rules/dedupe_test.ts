import { assertEquals } from "@std/assert";
import { z } from "zod";
import type { Timing } from "../../src/chain/rule.ts";
import { definePlugin, type Plugin } from "../../src/extension/define_plugin.ts";
import { type BenchRun, ruleBench, ruleProblems, type RuleSnippet } from "./rule_bench.ts";
import { aPlugin, type BenchOptions, testCommand } from "./rule_bench.ts";

const start = 1_754_300_000_000;
const minute = 60_000;
const afterCommand = "callbackAfterTestCommand";

/** A command that carries messages. */
function messages(command: string, timing: Timing): Plugin {
  return definePlugin({
    command,
    timing,
    area: "message",
    summary: "For tests.",
    request: z.looseObject({ sendID: z.string(), clientMsgID: z.string().nullish() }),
    sample: { sendID: "u1", clientMsgID: "m1" },
  });
}

const plugins = [messages(testCommand, "before"), messages(afterCommand, "after")];
const dedupe = (options: object = {}): RuleSnippet => ({ use: "dedupe", ...options });
const next: RuleSnippet = { use: "log", message: "next" };

const messageBench = (rules: readonly RuleSnippet[], chains: BenchOptions["chains"] = {}) =>
  ruleBench(rules, { plugins, chains });

const message = (clientMsgID: string | null | undefined, at = start, command = testCommand) => ({
  request: { sendID: "u1", clientMsgID },
  receivedAt: at,
  command,
});

const nextRan = ({ traces }: BenchRun) => traces.at(-1)?.outcome !== undefined;

Deno.test("the rest of the chain is skipped for a repeat, which continues", async () => {
  const bench = messageBench([dedupe(), next]);
  assertEquals(nextRan(await bench.run(message("m1"))), true);
  const repeat = await bench.run(message("m1"));
  assertEquals(repeat.traces[1]?.skipped, "stopped");
  assertEquals(repeat.verdict, { kind: "continue", overrides: {} });
});

Deno.test("what rules before it asked to deliver is delivered for a repeat too", async () => {
  const bench = messageBench([{ use: "forward", to: "analytics" }, dedupe(), next]);
  await bench.run(message("m1"));
  assertEquals((await bench.run(message("m1"))).deliveries.length, 1);
});

Deno.test("another message is no repeat", async () => {
  const bench = messageBench([dedupe(), next]);
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m2"))), true);
});

Deno.test("a message is a repeat for ten minutes from its first time", async () => {
  const bench = messageBench([dedupe(), next]);
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m1", start + 10 * minute - 1))), false);
  assertEquals(nextRan(await bench.run(message("m1", start + 10 * minute))), true);
});

Deno.test("a window of one's own is held to", async () => {
  const bench = messageBench([dedupe({ within: "1s" }), next]);
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m1", start + 999))), false);
  assertEquals(nextRan(await bench.run(message("m1", start + 1000))), true);
});

Deno.test("messages without an ID repeat nothing", async () => {
  const bench = messageBench([dedupe(), next]);
  for (const clientMsgID of ["", "", null, null, undefined, undefined]) {
    assertEquals(nextRan(await bench.run(message(clientMsgID))), true);
  }
});

Deno.test("a repeat is told by a key of one's own", async () => {
  const bench = messageBench([dedupe({ key: "sendID" }), next]);
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m2"))), false);
});

Deno.test("a repeat may be tagged instead", async () => {
  const bench = messageBench([
    dedupe({ action: "tag", tag: "again" }),
    { use: "log", fields: { again: "tags.again" } },
  ]);
  for (let run = 0; run < 2; run++) await bench.run(message("m1"));
  assertEquals(bench.logged.map(({ properties }) => properties.again), [false, true]);
});

Deno.test("one message before and after it is sent is no repeat", async () => {
  const bench = messageBench([dedupe(), next], { [afterCommand]: [dedupe(), next] });
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m1", start, afterCommand))), true);
});

Deno.test("a dedupe of the general chain tells the commands apart", async () => {
  const bench = messageBench([next], { "*": [dedupe()], [afterCommand]: [next] });
  await bench.run(message("m1"));
  assertEquals(nextRan(await bench.run(message("m1", start, afterCommand))), true);
});

Deno.test("two of one chain do not take a message for a repeat of the other's", async () => {
  const bench = messageBench([dedupe(), dedupe(), next]);
  assertEquals(nextRan(await bench.run(message("m1"))), true);
});

Deno.test("a command without message IDs is an error that asks for a key", () => {
  assertEquals(ruleProblems([dedupe()]), [
    `rules[0].key: ${testCommand} has no clientMsgID; ` +
    'give a key of its fields, such as "operationID"',
  ]);
  assertEquals(ruleProblems([dedupe({ key: "operationID" })]), []);
});

Deno.test("a key that the command does not have is an error", () => {
  assertEquals(ruleProblems([dedupe({ key: "sendId" })]), [
    'rules[0].key: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("a skip in a before-callback is warned of: refused messages might pass", () => {
  const { warnings } = ruleBench([dedupe({ key: "sendID" })]);
  assertEquals(warnings.map((warning) => warning.split(":")[0]), ["rules[0].action"]);
});

Deno.test("a tag, and a skip in an after-callback, are not warned of", () => {
  const tag = dedupe({ action: "tag", tag: "again" });
  const { warnings } = messageBench([tag], { [afterCommand]: [dedupe()] });
  assertEquals(warnings, []);
});

Deno.test("plugins' own code is skipped for a repeat", async () => {
  let handled = 0;
  const plugin = {
    ...aPlugin(),
    handle() {
      handled++;
    },
  };
  const bench = ruleBench([dedupe({ key: "sendID" })], { plugins: [plugin] });
  for (let run = 0; run < 3; run++) await bench.run({ receivedAt: start });
  assertEquals(handled, 1);
});

for (const jump of [-3_600_000, 3_600_000]) {
  Deno.test(`a clock that is set by ${jump} ms makes no repeat new, and keeps none`, async () => {
    const bench = messageBench([dedupe({ within: "1m" }), next]);
    const run = async () => nextRan(await bench.run(message("m1", 0)));
    assertEquals(await run(), true);
    bench.clock.jump(bench.clock.now() + jump);
    assertEquals(await run(), false);
    bench.clock.advance(59_999);
    assertEquals(await run(), false);
    bench.clock.advance(1);
    assertEquals(await run(), true);
  });
}

Deno.test("updates of a stream with one message ID are no repeats, by a key of one's own they are", async () => {
  const update = { request: { sendID: "u1", clientMsgID: "m1", contentType: 2300 } };
  const text = { request: { sendID: "u1", clientMsgID: "m1", contentType: 101 } };
  const bench = messageBench([dedupe(), next]);
  for (let run = 0; run < 3; run++) assertEquals(nextRan(await bench.run(update)), true);
  assertEquals(nextRan(await bench.run(text)), true);
  assertEquals(nextRan(await bench.run(text)), false);
  const own = messageBench([dedupe({ key: "sendID" }), next]);
  assertEquals([nextRan(await own.run(update)), nextRan(await own.run(update))], [true, false]);
});
