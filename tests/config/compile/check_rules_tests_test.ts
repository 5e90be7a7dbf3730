import { assertEquals, assertMatch } from "@std/assert";
import { beforeSend, groupRead, groupReadAlias, rulesProject } from "../rules_project.ts";

const sections = { targets: { moderator: { url: "http://127.0.0.1:9/", network: "private" } } };
const sound = { name: "it holds", command: beforeSend, expect: { answer: "continue" } };

/** What is wrong with a file that has one test, without the file's name and the position. */
async function problemsOf(test: object): Promise<readonly string[]> {
  await using project = await rulesProject({ ...sections, tests: [{ ...sound, ...test }] });
  return (await project.problems()).map((line) => line.replace(/^\S+ /, ""));
}

Deno.test("a change of a field that the command does not have is a problem, with what was meant", async () => {
  assertEquals(await problemsOf({ change: { sendid: "u9" } }), [
    `tests[0].change.sendid: ${beforeSend} has no field "sendid", did you mean "sendID"?`,
  ]);
  assertEquals(await problemsOf({ change: { somethingElse: 1 } }), [
    `tests[0].change.somethingElse: ${beforeSend} has no field "somethingElse"; ` +
    "known are sendID, receiveID, unreadMsgNum",
  ]);
});

Deno.test("a change of an earlier callback is one of that callback's command", async () => {
  const earlier = [{ change: { sendID: "u9" } }, { command: groupRead, change: { reciveID: "x" } }];
  assertEquals(await problemsOf({ earlier }), [
    `tests[0].earlier[1].change.reciveID: ${groupRead} has no field "reciveID", ` +
    'did you mean "receiveID"?',
  ]);
});

Deno.test("a field that the sample alone has may be changed", async () => {
  const file = `
    import { definePlugin } from "@openim-router/plugin";
    import { z } from "zod";
    export default definePlugin({
      command: "callbackLoose",
      timing: "before",
      area: "message",
      summary: "For tests.",
      request: z.looseObject({ sendID: z.string(), ex: z.string().optional() }),
      sample: { sendID: "u1", newer: 1 },
    });
  `;
  const tests = [{ ...sound, command: "callbackLoose", change: { newer: 2, ex: "rare" } }];
  await using project = await rulesProject({ tests }, { files: { "plugins/loose.ts": file } });
  assertEquals(await project.problems(), []);
});

Deno.test("a whole body may have any fields", async () => {
  assertEquals(await problemsOf({ body: { sendid: "u9" } }), []);
});

Deno.test("a test that expects nothing is a problem", async () => {
  assertEquals(await problemsOf({ expect: {} }), [
    'tests[0].expect: expects nothing; give "answer", "ran" or "delivered"',
  ]);
});

Deno.test("an answer that is expected to have no field is a problem", async () => {
  const message =
    'tests[0].expect.answer: names no field; name one, or write "continue" or "refuse"';
  assertEquals(await problemsOf({ expect: { answer: {} } }), [message]);
  assertEquals(await problemsOf({ expect: { answer: {}, ran: [] } }), [message]);
});

Deno.test("to expect that no rule runs and nothing is delivered is to expect something", async () => {
  assertEquals(await problemsOf({ expect: { ran: [] } }), []);
  assertEquals(await problemsOf({ expect: { delivered: [] } }), []);
});

Deno.test("a change beside a whole body is a problem", async () => {
  const both = { body: { sendID: "u1" }, change: { sendID: "u9" } };
  const message = '"change" is for the sample, which "body" takes the place of; keep one of them';
  assertEquals(await problemsOf(both), [`tests[0].change: ${message}`]);
  assertEquals(await problemsOf({ earlier: [both] }), [`tests[0].earlier[0].change: ${message}`]);
});

Deno.test("an answer of a target that the file does not have is a problem", async () => {
  assertEquals(await problemsOf({ targets: { moderator: "down" } }), []);
  assertEquals(await problemsOf({ targets: { moderater: "down" } }), [
    'tests[0].targets.moderater: unknown target "moderater", did you mean "moderator"?',
  ]);
  assertEquals(await problemsOf({ targets: { x: {} } }), [
    'tests[0].targets.x: unknown target "x"; name it under "targets"',
  ]);
});

Deno.test("a command that is not there is a problem, told once, with what was meant", async () => {
  const misspelt = "callbackBeforeSendSingleMsgComand";
  const hint = `unknown command "${misspelt}", did you mean "${beforeSend}"?`;
  const earlier = [{ times: 2, change: { any: 1 } }];
  assertEquals(await problemsOf({ command: misspelt, earlier }), [`tests[0].command: ${hint}`]);
  assertEquals(await problemsOf({ earlier: [{ command: misspelt }] }), [
    `tests[0].earlier[0].command: ${hint}`,
  ]);
  assertEquals(await problemsOf({ command: "x" }), [
    'tests[0].command: unknown command "x"; "deno task plugins" lists the commands',
  ]);
  assertEquals(await problemsOf({ command: groupReadAlias }), []);
});

Deno.test("all problems of tests are told at once, with their places and those of the rest", async () => {
  await using project = await rulesProject(`{
  "callbacks": { "${beforeSend}": { "rules": [{ "use": "lag" }] } },
  "tests": [
    { "command": "${beforeSend}", "change": { "sendid": "u9" }, "expect": {} },
    { "name": "two", "command": "${beforeSend}", "expects": {}, "targets": { "x": "up" } },
    { "name": "three", "command": "${beforeSend}",
      "change": { "reciveID": "u9" }, "expect": { "answer": {} } },
    5
  ]
}`);
  const places = (await project.problems()).map((line) => line.replace(/: .*/, ""));
  assertEquals(places, [
    `rules.json:2:77 callbacks.${beforeSend}.rules[0].use`,
    "rules.json:4:5 tests[0].name",
    "rules.json:4:68 tests[0].change.sendid",
    "rules.json:4:96 tests[0].expect",
    "rules.json:5:5 tests[1].expect",
    "rules.json:5:71 tests[1].expects",
    "rules.json:5:99 tests[1].targets.x",
    "rules.json:5:104 tests[1].targets.x",
    "rules.json:7:19 tests[2].change.reciveID",
    "rules.json:7:61 tests[2].expect.answer",
    "rules.json:8:5 tests[3]",
  ]);
});

Deno.test("tests that are no list, and a file that is no object, are the schema's to tell", async () => {
  for (const text of ['{"tests": {"change": 1}}', "null", "5"]) {
    await using project = await rulesProject(text);
    const [problem, ...others] = await project.problems();
    assertMatch(problem!, /expected (array|object)/);
    assertEquals(others, []);
  }
});

Deno.test("what is said of a command whose variable is missing is that alone", async () => {
  assertEquals(await problemsOf({ command: "${NOWHERE}" }), [
    "tests[0].command: the environment variable NOWHERE is not set; set it, or give a default: " +
    "${NOWHERE:-default}",
  ]);
});

Deno.test("a number beyond 2^53 where a test takes none is told as such", async () => {
  await using project = await rulesProject(
    `{"tests": [{"name": "x", "command": "${beforeSend}", "expect": {"ran": []},` +
      ' "earlier": [{"times": 9007199254740993}]}]}',
  );
  const [problem] = await project.problems();
  assertMatch(problem!, /tests\[0\]\.earlier\[0\]\.times: expected .*, got a number beyond 2\^53$/);
});

Deno.test("an earlier callback has one time, which is not after the test's", async () => {
  const at = "2026-01-01T12:00:01Z";
  assertEquals(await problemsOf({ earlier: [{ at, ago: "1s" }] }), [
    'tests[0].earlier[0].ago: "at" says when; keep one of the two',
  ]);
  assertEquals(await problemsOf({ earlier: [{ at }] }), [
    "tests[0].earlier[0].at: this is later than the test's own callback, " +
    "which comes at 2026-01-01T12:00:00Z",
  ]);
  assertEquals(await problemsOf({ at, earlier: [{ at: "2026-01-01T20:00:01+08:00" }] }), []);
});

for (const at of ["23:30", "2026-01-01T23:30:00", "2026-02-30T00:00:00Z"]) {
  Deno.test(`the time ${at} of a test is a problem that shows how to write one`, async () => {
    assertEquals(await problemsOf({ at }), [
      'tests[0].at: expected a time with its zone, such as "2026-01-01T23:30:00+08:00"',
    ]);
  });
}
