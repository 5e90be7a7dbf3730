import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { encode } from "../../src/openim/encode.ts";
import { parseExact } from "../../src/openim/exact_json.ts";
import { int32, int64, userID } from "../../src/openim/fields.ts";
import type { Verdict } from "../../src/openim/verdict.ts";
import { aPlugin, ruleBench, ruleProblems, type RuleSnippet, testCommand } from "./rule_bench.ts";

const answerTo = (verdict: Verdict) =>
  parseExact(
    encode(verdict, { dialect: "v3", nextCode: "number", operationID: "op-1" }),
  ) as Record<string, unknown>;

const set = (fields: object): RuleSnippet => ({ use: "override", set: fields });

Deno.test("an override sets fields of the answer to what expressions give", async () => {
  const { verdict } = await ruleBench([set({ content: "sendID + '!'" })]).run();
  assertEquals(verdict, { kind: "continue", overrides: { content: "u1!" } });
});

Deno.test("an override of a whole number is a number in the answer", async () => {
  const { verdict } = await ruleBench([set({ contentType: "unreadMsgNum + 100" })]).run();
  assertEquals(answerTo(verdict).contentType, 105);
});

Deno.test("an override may be a list", async () => {
  const { verdict } = await ruleBench([set({ atUserIDs: "[sendID, 'u9']" })]).run();
  assertEquals(verdict, { kind: "continue", overrides: { atUserIDs: ["u1", "u9"] } });
});

Deno.test("a later override of one field wins over an earlier one", async () => {
  const bench = ruleBench([set({ content: "'a'", contentType: "1" }), set({ content: "'b'" })]);
  const { content, contentType } = answerTo((await bench.run()).verdict);
  assertEquals([content, contentType], ["b", 1]);
});

Deno.test("a field that the server does not take is an error with the near name", () => {
  assertEquals(ruleProblems([set({ contnet: "'x'" })]), [
    `rules[0].set.contnet: ${testCommand} takes no override "contnet", did you mean "content"?`,
  ]);
});

Deno.test("a field that is like none that the server takes is told which there are", () => {
  assertEquals(ruleProblems([set({ nickname: "'x'" })]), [
    `rules[0].set.nickname: ${testCommand} takes no override "nickname"; ` +
    "it takes content, contentType, atUserIDs",
  ]);
});

Deno.test("an override that the server decodes and drops is an error that says so", () => {
  const plugins = [aPlugin({ ignoredOverrides: ["notification"] })];
  assertEquals(ruleProblems([set({ notification: "'x'" })], { plugins }), [
    `rules[0].set.notification: OpenIM decodes "notification" in the answer to ${testCommand} ` +
    "and drops it; leave it out",
  ]);
});

Deno.test("an override of an after-callback is an error", () => {
  const plugins = [aPlugin({ timing: "after", overrides: z.object({}) })];
  assertEquals(ruleProblems([set({ content: "'x'" })], { plugins }), [
    `rules[0].set.content: ${testCommand} is an after-callback, which takes no overrides`,
  ]);
});

Deno.test("an override of a command that takes none is an error", () => {
  const plugins = [aPlugin({ overrides: z.object({}) })];
  assertEquals(ruleProblems([set({ content: "'x'" })], { plugins }), [
    `rules[0].set.content: ${testCommand} takes no overrides`,
  ]);
});

Deno.test("an override without a field is an error", () => {
  assertEquals(ruleProblems([set({})]), ["rules[0].set: name at least one field"]);
});

Deno.test("a misspelt field in an override's expression is an error at its field", () => {
  assertEquals(ruleProblems([set({ content: "sendId" })]), [
    'rules[0].set.content: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("a value of the wrong type is a failure and nothing is replaced", async () => {
  const bench = ruleBench([set({ content: "body.unreadMsgNum" })]);
  const { failures, verdict } = await bench.run();
  assertEquals(failures.map(({ error }) => error.name), ["OverrideError"]);
  assertStringIncludes(failures[0]!.error.message, `${testCommand} takes no such content: `);
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("a value out of the field's range is a failure", async () => {
  const far = set({ contentType: "unreadMsgNum + 3000000000" });
  const { failures } = await ruleBench([far]).run();
  assertEquals(failures.map(({ error }) => error.message), [
    `${testCommand} takes no such contentType: expected a whole number (int32)`,
  ]);
});

Deno.test("a member that OpenIM would take for another spelling is a failure with the remedy", async () => {
  const plugins = [aPlugin({ overrides: z.object({ users: z.array(z.looseObject({ userID })) }) })];
  const { failures, verdict } = await ruleBench(
    [set({ users: "[{'userID': sendID, 'UserID': 5}]" })],
    { plugins },
  ).run();
  assertEquals(failures.map(({ error }) => error.message), [
    `${testCommand} takes no users.0.UserID: write "userID"`,
  ]);
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

const users = z.array(z.looseObject({ userID, roleLevel: int32.optional() }));
const taking = {
  plugins: [
    aPlugin({
      overrides: z.object({
        content: z.string().nullish(),
        contentType: int32,
        muted: z.boolean(),
        atUserIDs: z.array(z.string()),
        users,
        options: z.record(z.string(), z.boolean()),
      }),
    }),
  ],
};

for (
  const [field, source, message] of [
    ["content", "5", "takes no such content: expected string, got number"],
    ["contentType", "3000000000", "takes no such contentType: expected a whole number (int32)"],
    ["contentType", "1 / 0", "division by zero"],
    ["users", "[{'nickname': 'A'}]", "takes no such users.0.userID: "],
    ["users", "[{'userID': 'u1', 'UserID': 5}]", 'takes no users.0.UserID: write "userID"'],
    ["options", "{'history': 1}", "takes no such options.history: "],
  ] as const
) {
  Deno.test(`a value that never can be sent is told when the file is loaded: ${field}: ${source}`, () => {
    const [problem = ""] = ruleProblems([set({ [field]: source })], taking);
    assertStringIncludes(problem, `rules[0].set.${field}: `);
    assertStringIncludes(problem, message);
  });
}

for (
  const [field, source, wanted, type] of [
    ["content", "unreadMsgNum", "a string", "int"],
    ["content", "sendID == 'u1'", "a string", "bool"],
    ["content", "[sendID]", "a string", "list<string>"],
    ["contentType", "sendID", "a number", "string"],
    ["contentType", "{sendID: 1}", "a number", "map<string, int>"],
    ["muted", "unreadMsgNum", "a bool", "int"],
    ["muted", "sendID", "a bool", "string"],
    ["atUserIDs", "sendID", "a list", "string"],
    ["atUserIDs", "[unreadMsgNum]", "a list of which each item is a string", "list<int>"],
    ["users", "{'userID': sendID}", "a list", "map<string, string>"],
    ["users", "[sendID]", "a list of which each item is a map", "list<string>"],
    ["options", "[sendID]", "a map", "list<string>"],
  ] as const
) {
  Deno.test(`a type that never can be sent is told when the file is loaded: ${field}: ${source}`, () => {
    assertEquals(ruleProblems([set({ [field]: source })], taking), [
      `rules[0].set.${field}: ${testCommand} takes ${wanted} for "${field}", ` +
      `but this gives ${type}`,
    ]);
  });
}

for (
  const [field, source] of [
    ["content", "body.unreadMsgNum"],
    ["content", "sendID"],
    ["content", "null"],
    ["content", "timestamp(receivedAt)"],
    ["contentType", "unreadMsgNum"],
    ["contentType", "double(unreadMsgNum)"],
    ["muted", "sendID == 'u1'"],
    ["atUserIDs", "[sendID, 'u2']"],
    ["atUserIDs", "[]"],
    ["atUserIDs", "body.list"],
    ["users", "[{'userID': sendID}]"],
    ["users", "[{'userID': sendID, 'roleLevel': 60}]"],
    ["options", "{sendID: true}"],
  ] as const
) {
  Deno.test(`what may turn out to be sendable is no problem: ${field}: ${source}`, () => {
    assertEquals(ruleProblems([set({ [field]: source })], taking), []);
  });
}

Deno.test("a member that OpenIM does not know is passed on", async () => {
  const plugins = [aPlugin({ overrides: z.object({ users: z.array(z.looseObject({ userID })) }) })];
  const value = "[{'userID': 'u1', 'newInV4': 5}]";
  const { verdict } = await ruleBench([set({ users: value })], { plugins }).run();
  assertEquals(answerTo(verdict).users, [{ userID: "u1", newInV4: 5 }]);
});

Deno.test("an absent field as a value is a failure", async () => {
  const bench = ruleBench([set({ contentType: "contentType" })]);
  const { failures } = await bench.run({
    request: { sendID: "u1", receiveID: "u1", unreadMsgNum: 5 },
  });
  assertEquals(failures.map(({ error }) => error.name), ["OverrideError"]);
});

Deno.test("an override of an int64 beyond 2^53 reaches the answer with every digit", async () => {
  const plugins = [aPlugin({ overrides: z.object({ seq: int64, list: z.array(int64) }) })];
  const bench = ruleBench([set({ seq: "unreadMsgNum + 2", list: "[unreadMsgNum]" })], { plugins });
  const text = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993}';
  const { seq, list } = answerTo((await bench.run({ text, request: JSON.parse(text) })).verdict);
  assertEquals([seq, list], [9007199254740995n, [9007199254740993n]]);
});

Deno.test("an override of an after-callback is an error although its plugin names overrides", () => {
  const plugins = [aPlugin({ timing: "after" })];
  assertEquals(ruleProblems([set({ content: "'x'" })], { plugins }), [
    `rules[0].set.content: ${testCommand} is an after-callback, which takes no overrides`,
  ]);
});
