import { assertEquals } from "@std/assert";
import { aPlugin, ruleBench, ruleProblems, type RuleSnippet, testCommand } from "./rule_bench.ts";

const forward = (options: object = {}): RuleSnippet => ({
  use: "forward",
  to: "analytics",
  ...options,
});

Deno.test("a delivery says what, where to, for which callback and when", async () => {
  const bench = ruleBench([forward()]);
  const { deliveries } = await bench.run({ operationID: "op-7", receivedAt: 1234 });
  const { body: _, ...facts } = deliveries[0]!;
  assertEquals(facts, {
    id: "delivery-1",
    target: "analytics",
    command: testCommand,
    operationID: "op-7",
    orderKey: "",
    createdAt: 1234,
    headers: {},
  });
});

Deno.test("the original bytes are forwarded, digits, spaces and escapes included", async () => {
  const text =
    '{ "sendID":"u1","receiveID":"\\u00e9\u00e9", "unreadMsgNum":9007199254740993,"x":1.0 }\n';
  const { deliveries } = await ruleBench([forward()]).run({ text, request: JSON.parse(text) });
  assertEquals(deliveries[0]?.body, text);
});

Deno.test("a body of its own is forwarded instead of the original", async () => {
  const { deliveries } = await ruleBench([
    forward({ body: "{'user': sendID, 'reads': [unreadMsgNum], 'half': unreadMsgNum * 0.5}" }),
  ]).run();
  assertEquals(deliveries[0]?.body, '{"user":"u1","reads":[5],"half":2.5}');
});

Deno.test("a body of its own keeps every digit of an int64", async () => {
  const text = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993}';
  const { deliveries } = await ruleBench([forward({ body: "{'seq': unreadMsgNum}" })])
    .run({ text, request: JSON.parse(text) });
  assertEquals(deliveries[0]?.body, '{"seq":9007199254740993}');
});

Deno.test("a body of its own may tell what earlier rules found out", async () => {
  const { deliveries } = await ruleBench([
    { use: "count", name: "reads" },
    forward({ body: "{'reads': counts.reads['1m']}" }),
  ]).run();
  assertEquals(deliveries[0]?.body, '{"reads":1}');
});

Deno.test("a delivery carries the rule's headers", async () => {
  const { deliveries } = await ruleBench([forward({ headers: { "x-team": "growth" } })]).run();
  assertEquals(deliveries[0]?.headers, { "x-team": "growth" });
});

const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

Deno.test("a delivery belongs to the trace of its callback", async () => {
  const { deliveries } = await ruleBench([forward()], { trace }).run();
  assertEquals(deliveries[0]?.trace, trace);
});

Deno.test("what is posted at once belongs to the trace of its callback", async () => {
  const bench = ruleBench([forward({ wait: true })], { trace });
  await bench.run();
  assertEquals(bench.posted[0]?.trace, trace);
});

Deno.test("a header that HTTP does not allow is an error", () => {
  for (
    const headers of [{ "x team": "a" }, { "x-team": "a\r\nx-other: b" }, { "a": "1", "A": "2" }]
  ) {
    assertEquals(ruleProblems([forward({ headers })]).length, 1, JSON.stringify(headers));
  }
});

Deno.test("every delivery has an ID of its own", async () => {
  const bench = ruleBench([forward(), forward()]);
  const runs = [await bench.run(), await bench.run()];
  const ids = runs.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  assertEquals(new Set(ids).size, 4);
});

Deno.test("a rule that does not wait posts nothing itself", async () => {
  const bench = ruleBench([forward()]);
  const { outcomes } = await bench.run();
  assertEquals([bench.posted, outcomes], [[], [{ kind: "pass" }]]);
});

Deno.test("nothing is delivered where the condition is false", async () => {
  const { deliveries } = await ruleBench([forward({ when: "unreadMsgNum > 100" })]).run();
  assertEquals(deliveries, []);
});

Deno.test("a body that cannot be computed is a failure and delivers nothing", async () => {
  const { deliveries, failures } = await ruleBench([
    forward({ body: "{'x': unreadMsgNum / (unreadMsgNum - 5)}" }),
  ]).run();
  assertEquals([deliveries.length, failures.length], [0, 1]);
});

Deno.test("a URL in place of a target's name is told where it belongs, and is not repeated", () => {
  assertEquals(ruleProblems([forward({ to: "https://hooks.example/secret" })]), [
    "rules[0].to: expected the name of a target; " +
    'write the URL under "targets": { "name": { "url": "..." } }',
  ]);
});

Deno.test("an unknown target is an error with the near name", () => {
  assertEquals(ruleProblems([forward({ to: "analitics" })]), [
    'rules[0].to: unknown target "analitics", did you mean "analytics"?',
  ]);
});

Deno.test("a misspelt field in a body is an error", () => {
  assertEquals(ruleProblems([forward({ body: "{'user': sendId}" })]), [
    'rules[0].body: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("an after-callback is forwarded like any other", async () => {
  const bench = ruleBench([forward()], { plugins: [aPlugin({ timing: "after" })] });
  assertEquals((await bench.run()).deliveries.length, 1);
});

Deno.test("a target's shape makes the bodies of the rules that give none", async () => {
  const body = { shape: "{'user': sendID, 'seq': unreadMsgNum}" };
  const text = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993}';
  const bench = ruleBench([forward(), forward({ body: "receiveID" })], { body });
  const { deliveries } = await bench.run({ text, request: JSON.parse(text) });
  assertEquals(deliveries.map(({ body }) => body), [
    '{"user":"u1","seq":9007199254740993}',
    '"u1"',
  ]);
});

Deno.test("a target's shape is what a rule that waits posts", async () => {
  const bench = ruleBench([forward({ wait: true })], { body: { shape: "{'user': sendID}" } });
  await bench.run();
  assertEquals(bench.posted[0]?.body, '{"user":"u1"}');
});

Deno.test("a target's shape that cannot be computed is a failure and delivers nothing", async () => {
  const body = { shape: "{'x': unreadMsgNum / (unreadMsgNum - 5)}" };
  const { deliveries, failures } = await ruleBench([forward()], { body }).run();
  assertEquals([deliveries.length, failures.length], [0, 1]);
});
