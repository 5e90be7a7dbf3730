import { assertEquals, assertStringIncludes } from "@std/assert";
import { ruleBench, ruleProblems, type RuleSnippet } from "./rule_bench.ts";

const request = { sendID: "u1", receiveID: "u2", unreadMsgNum: 5 };

const set = (value: string, parts: object = {}): RuleSnippet => ({
  use: "set",
  name: "found",
  value,
  ...parts,
});

const see = (value = "vars.found"): RuleSnippet => ({ use: "log", fields: { seen: value } });

/** What a rule after these sees. */
async function seen(rules: readonly RuleSnippet[], more: object = {}): Promise<unknown> {
  const bench = ruleBench(rules);
  const { failures } = await bench.run({ request: { ...request, ...more } });
  assertEquals(failures, []);
  return bench.logged.at(-1)?.properties.seen;
}

for (
  const [value, expected] of [
    ["unreadMsgNum + 1", 6],
    ["unreadMsgNum / 2.0", 2.5],
    ["sendID + '!'", "u1!"],
    ["sendID in ['u1', 'u7']", true],
    ["[sendID, receiveID]", ["u1", "u2"]],
    ["[1, 'a']", [1, "a"]],
    ["[]", []],
    ["{'who': sendID, 'unread': unreadMsgNum}", { who: "u1", unread: 5 }],
    ["{}", {}],
    ["contentType", null],
    ["body.sendID", "u1"],
    ["null", null],
    ["duration('2s')", "2s"],
  ] as const
) {
  Deno.test(`later rules see the value of ${value}`, async () => {
    assertEquals(await seen([set(value), see()]), expected);
  });
}

for (
  const [type, value, nothing] of [
    ["an int", "unreadMsgNum", 0],
    ["a double", "1.5", 0],
    ["a text", "sendID", ""],
    ["a condition", "unreadMsgNum > 1", false],
    ["a list", "[sendID]", []],
    ["a map", "{'who': sendID}", {}],
    ["a value of any type", "contentType", null],
    ["a length of time", "duration('2s')", null],
  ] as const
) {
  Deno.test(`${type} that was not set is ${JSON.stringify(nothing)}`, async () => {
    assertEquals(await seen([set(value, { when: "false" }), see()]), nothing);
  });
}

Deno.test("an int64 beyond a double keeps every digit", async () => {
  const bench = ruleBench([set("unreadMsgNum"), see("vars.found + 2")]);
  const text = '{"sendID":"u1","receiveID":"u2","unreadMsgNum":9007199254740993}';
  await bench.run({ text, request: JSON.parse(text) });
  assertEquals(bench.logged[0]?.properties.seen, 9007199254740995n);
});

Deno.test("conditions, overrides and further values are made from values", async () => {
  const bench = ruleBench([
    set("unreadMsgNum * 10", { name: "ten" }),
    set("vars.ten > 40", { name: "many" }),
    { use: "override", set: { content: "string(vars.ten)" }, when: "vars.many" },
  ]);
  const { verdict } = await bench.run({ request });
  assertEquals(verdict, { kind: "continue", overrides: { content: "50" } });
});

Deno.test("a value's type is checked where a later rule uses it", () => {
  const [overload] = ruleProblems([set("unreadMsgNum"), see("vars.found == 'many'")]);
  assertStringIncludes(overload!, 'rules[1].fields.seen: "vars.found');
  assertEquals(ruleProblems([set("sendID"), { use: "log", when: "vars.found" }]), [
    "rules[1].when: expected bool, but this gives string; compare it, such as vars.found == '...'",
  ]);
});

Deno.test("a list's items are of the type that they were set with", () => {
  const [problem] = ruleProblems([set("[unreadMsgNum]"), see("vars.found[0] == 'many'")]);
  assertStringIncludes(problem!, 'rules[1].fields.seen: "vars.found');
});

Deno.test("a name is looked up: a misspelt one is an error", () => {
  assertEquals(ruleProblems([set("sendID"), see("vars.fuond")]), [
    'rules[1].fields.seen: no "set" named "fuond" stands before this rule, did you mean "found"?',
  ]);
});

Deno.test("a value that does not compile is one error, not one more where it is used", () => {
  assertEquals(ruleProblems([set("sendId"), see()]), [
    'rules[0].value: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("all that a rule found out cannot be named, a part of it can", () => {
  const count: RuleSnippet = { use: "count", name: "reads", windows: ["1m"] };
  for (const value of ["counts", "counts.reads", "[counts.reads]"]) {
    assertEquals(ruleProblems([count, set(value)]), [
      "rules[1].value: this is all that a rule found out; name one part of it",
    ]);
  }
  assertEquals(ruleProblems([count, set("counts.reads['1m']")]), []);
});

Deno.test("a later value of the same name replaces the earlier", async () => {
  const rules = [set("1"), set("2", { when: "unreadMsgNum > 10" }), see()];
  assertEquals(await seen(rules), 1);
  assertEquals(await seen(rules, { unreadMsgNum: 20 }), 2);
});

Deno.test("a name set with two types takes whichever was set", async () => {
  const rules = [set("1"), set("'two'", { when: "unreadMsgNum > 10" }), see()];
  assertEquals(await seen(rules), 1);
  assertEquals(await seen(rules, { unreadMsgNum: 20 }), "two");
});

Deno.test("a value that cannot be had is a failure and the chat goes on", async () => {
  const { verdict, failures } = await ruleBench([set("1 / (unreadMsgNum - 5)")]).run({ request });
  assertEquals(failures.length, 1);
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("a name that no expression could say is an error", () => {
  assertEquals(ruleProblems([set("1", { name: "is vip" })]), [
    "rules[0].name: a name is letters, digits and _",
  ]);
});
