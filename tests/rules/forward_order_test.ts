import { assertEquals } from "@std/assert";
import { z } from "zod";
import { aPlugin, ruleBench, ruleProblems, testCommand } from "./rule_bench.ts";

const forward = { use: "forward", to: "analytics" };
const orderOf = (order: string) => ({ settings: { analytics: { order } } });

Deno.test("a delivery carries the key that its target orders by", async () => {
  const bench = ruleBench([forward], orderOf("sendID + ':' + receiveID"));
  assertEquals((await bench.run()).deliveries.map(({ orderKey }) => orderKey), ["u1:u1"]);
});

Deno.test("a number is a key as its digits, every one of them", async () => {
  const text = '{"sendID":"u1","receiveID":"u2","unreadMsgNum":9007199254740993}';
  const bench = ruleBench([forward], orderOf("unreadMsgNum"));
  const { deliveries } = await bench.run({ text, request: JSON.parse(text) });
  assertEquals(deliveries[0]?.orderKey, "9007199254740993");
});

Deno.test("without an order, or with none, there is no key", async () => {
  for (const options of [{}, orderOf("none")]) {
    const { deliveries } = await ruleBench([forward], options).run();
    assertEquals(deliveries[0]?.orderKey, "");
  }
});

Deno.test("a key that cannot be computed is told, and the delivery made without one", async () => {
  const bench = ruleBench([forward], orderOf("unreadMsgNum / (unreadMsgNum - 5)"));
  const { deliveries, failures } = await bench.run();
  assertEquals([deliveries.map(({ orderKey }) => orderKey), failures], [[""], []]);
  assertEquals(bench.logged.map(({ level, message }) => [level, message]), [
    ["warning", "forwarded out of order"],
  ]);
});

Deno.test("a misspelt field is an error at the target, with the command that is forwarded", () => {
  assertEquals(ruleProblems([forward], orderOf("sendId")), [
    'targets.analytics.order: unknown field "sendId", did you mean "sendID"? ' +
    `(for ${testCommand}, forwarded to it)`,
  ]);
});

Deno.test("what is no key is an error at the target", () => {
  const [problem] = ruleProblems([forward], orderOf("[sendID]"));
  assertEquals(problem?.startsWith("targets.analytics.order: "), true);
});

Deno.test("what rules before found out is not in sight of an order", () => {
  const count = { use: "count", name: "reads" };
  const problems = ruleProblems([count, forward], orderOf("counts.reads['1m']"));
  assertEquals(problems.length, 1);
});

Deno.test("the order of a target that nothing forwards to is not looked at", () => {
  assertEquals(ruleProblems([{ use: "log" }], orderOf("nowhere")), []);
});

Deno.test("an order has to fit every command that is forwarded; the one it does not fit is named", () => {
  const command = "callbackBeforeOtherCommand";
  const other = { ...aPlugin({ command }), request: z.looseObject({ groupID: z.string() }) };
  const problems = ruleProblems([forward], {
    ...orderOf("sendID"),
    plugins: [aPlugin(), other],
    chains: { [command]: [forward] },
  });
  assertEquals(problems, [
    `targets.analytics.order: unknown field "sendID"; known here: command, operationID, receivedAt, body, groupID (for ${command}, forwarded to it)`,
  ]);
});
