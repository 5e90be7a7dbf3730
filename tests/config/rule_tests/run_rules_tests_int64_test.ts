/** Integers beyond 2^53, which `JSON.parse` rounds, are what the tests of a rules file say. */
import { assertEquals } from "@std/assert";
import { RulesTestError, runRulesTests } from "../../../src/config/rule_tests/run_rules_tests.ts";
import { beforeSend, pluginFile, rulesProject } from "../rules_project.ts";

const overrides = "z.object({ content: z.string(), unreadMsgNum: int64 }).partial()";
const files = { "plugins/send.ts": pluginFile(beforeSend, { timing: "before", overrides }) };

/** Runs one test, both given as JSON text, since no object would hold the digits. */
async function findings(rules: object[], test: string): Promise<readonly string[]> {
  const text = `{
    "targets": { "moderator": { "url": "http://127.0.0.1:9/", "network": "private" } },
    "callbacks": { "${beforeSend}": { "rules": ${JSON.stringify(rules)} } },
    "tests": [{ "name": "it holds", "command": "${beforeSend}", ${test} }] // digit for digit
  }`;
  await using project = await rulesProject(text, { files });
  try {
    await runRulesTests(await project.load(), project.context);
    return [];
  } catch (error) {
    if (!(error instanceof RulesTestError)) throw error;
    return error.failures[0]!.message.split("\n").slice(1).map((line) => line.trim());
  }
}

const exactly = (digits: string) => [
  { use: "refuse", message: "no", when: `unreadMsgNum == ${digits}` },
];
const oneMore = [{ use: "override", set: { unreadMsgNum: "unreadMsgNum + 1" } }];

for (const number of ['"change"', '"body"']) {
  Deno.test(`a callback's ${number} has every digit of an int64`, async () => {
    const fields = '{ "sendID": "u1", "receiveID": "u2", "unreadMsgNum": 9007199254740993 }';
    const test = `${number}: ${fields}, "expect": { "answer": "refuse" }`;
    assertEquals(await findings(exactly("9007199254740993"), test), []);
    assertEquals((await findings(exactly("9007199254740992"), test)).length, 1);
  });
}

Deno.test("an earlier callback has every digit of an int64", async () => {
  const rules = [
    { use: "count", name: "sent", key: "unreadMsgNum" },
    { use: "refuse", message: "again", when: "counts.sent['1m'] > 1" },
  ];
  const after = (digits: string) =>
    `"earlier": [{ "change": { "unreadMsgNum": ${digits} } }], ` +
    '"change": { "unreadMsgNum": 9007199254740993 }, "expect": { "answer": "refuse" }';
  assertEquals(await findings(rules, after("9007199254740993")), []);
  assertEquals((await findings(rules, after("9007199254740992"))).length, 1);
});

Deno.test("an answered int64 is compared digit for digit", async () => {
  const expecting = (digits: string) =>
    `"change": { "unreadMsgNum": 9007199254740992 }, ` +
    `"expect": { "answer": { "unreadMsgNum": ${digits} } }`;
  assertEquals(await findings(oneMore, expecting("9007199254740993")), []);
  assertEquals(await findings(oneMore, expecting("9007199254740992")), [
    "answer.unreadMsgNum: expected 9007199254740992, got 9007199254740993",
  ]);
});

Deno.test("an int64 in the JSON text of an answer is compared digit for digit", async () => {
  const rules = [{ use: "override", set: { content: "'{\"seq\":9007199254740993}'" } }];
  const expecting = (digits: string) =>
    `"expect": { "answer": { "content": { "seq": ${digits} } } }`;
  assertEquals(await findings(rules, expecting("9007199254740993")), []);
  assertEquals(await findings(rules, expecting("9007199254740992")), [
    'answer.content: expected {"seq":9007199254740992}, got {"seq":9007199254740993}',
  ]);
});

Deno.test("a target answers every digit of an int64", async () => {
  const asking = [{ use: "forward", to: "moderator", wait: true }];
  const answered = '{ "unreadMsgNum": 9007199254740993 }';
  const test = `"targets": { "moderator": ${answered} }, "expect": { "answer": ${answered} }`;
  assertEquals(await findings(asking, test), []);
});

Deno.test("a number is the same in another notation", async () => {
  const test = '"change": { "unreadMsgNum": 4 }, "expect": { "answer": { "unreadMsgNum": 5.0 } }';
  assertEquals(await findings(oneMore, test), []);
});
