import { assertEquals } from "@std/assert";
import { beforeSend, chainOf, groupRead, rulesProject } from "./rules_project.ts";

const rule = (one: object) => chainOf(beforeSend, [one]);
const when = (condition: string) => rule({ use: "log", when: condition });
const at = `callbacks.${beforeSend}`;
const duration = 'expected a duration such as "250ms", "5s", "10m" or "6h"';
const code = "expected a code from 5000 to 9999: OpenIM keeps these for an app's own errors, and " +
  "others are errors of its own to clients";

for (
  const [mistake, rules, says] of [
    [
      "a count before it counts",
      when("counts.a['1m'] > 3"),
      `1:82 ${at}.rules[0].when: no "count" named "a" stands before this rule; put one there`,
    ],
    [
      "a misspelt count",
      chainOf(beforeSend, [{ use: "count", name: "reads" }, {
        use: "log",
        when: "counts.raeds['1m'] > 3",
      }]),
      `1:121 ${at}.rules[1].when: no "count" named "raeds" stands before this rule, did you mean "reads"?`,
    ],
    [
      "a window that is not counted",
      chainOf(beforeSend, [{ use: "count", name: "a" }, {
        use: "log",
        when: "counts.a['1h'] > 3",
      }]),
      `1:119 ${at}.rules[1].when: counts.a has no "1h", only "1m"; write one, or add it to the count's "windows"`,
    ],
    [
      "a count without its window",
      chainOf(beforeSend, [{ use: "count", name: "a" }, { use: "log", when: "counts.a > 3" }]),
      `1:109 ${at}.rules[1].when: "counts.a" has parts; compare its part counts.a['1m']`,
    ],
    [
      "a tag that no rule gives",
      when("tags.bad"),
      `1:82 ${at}.rules[0].when: no rule before this one gives tags.bad, as "limit", "dedupe", "sample", "words" can; put one there`,
    ],
    [
      "a text where an expression stands",
      rule({ use: "refuse", message: "no", detail: "try again later" }),
      `1:102 ${at}.rules[0].detail: this is an expression, in which a text needs quotes of its own: "'try again later'"`,
    ],
    [
      "a word where an expression stands",
      rule({ use: "refuse", message: "no", detail: "Sorry" }),
      `1:102 ${at}.rules[0].detail: this is an expression, in which a text needs quotes of its own: "'Sorry'"`,
    ],
    [
      "a key of two fields",
      rule({ use: "count", name: "a", key: "sendID, receiveID" }),
      `1:94 ${at}.rules[0].key: a key is one expression; write sendID + ':' + receiveID`,
    ],
    [
      "a field of an answer without its answer",
      {
        targets: { im: { url: "https://im.example", deliveredWhen: "body.errCode == 0" } },
        ...rule({ use: "forward", to: "im" }),
      },
      '1:62 targets.im.deliveredWhen: unknown field "body"; write answer.errCode for a field of the target\'s answer',
    ],
    [
      "an error code of HTTP",
      rule({ use: "refuse", message: "no", code: 403 }),
      `1:100 ${at}.rules[0].code: ${code}`,
    ],
    [
      "an error code as a text",
      rule({ use: "refuse", message: "no", code: "5001" }),
      `1:100 ${at}.rules[0].code: ${code}`,
    ],
    [
      "a duration as a number",
      { targets: { t: { url: "https://t.example", timeout: 5 } } },
      `1:54 targets.t.timeout: ${duration}`,
    ],
    [
      "a rate as a number",
      rule({ use: "limit", rate: 10 }),
      `1:84 ${at}.rules[0].rate: expected a number per duration such as "20/10s" or "100/1m"`,
    ],
    [
      "a number in place of a section",
      { targets: { t: { url: "https://t.example", retry: 3 } } },
      '1:52 targets.t.retry: expected object, got number; write { "attempts": ... }',
    ],
    [
      "a text in place of a section",
      { openim: "3.8.3" },
      '1:11 openim: expected object, got string; write { "version": ... }',
    ],
    [
      "a list in place of named entries",
      { targets: [{ url: "https://t.example" }] },
      '1:12 targets: expected object, got array; write each item under its name: { "...": ... }',
    ],
    [
      "one item in place of a list",
      rule({ use: "count", name: "a", windows: "1m" }),
      `1:98 ${at}.rules[0].windows: expected array, got string; write a list: [...]`,
    ],
    [
      "a number in place of a text",
      { openim: { version: 3.8 } },
      "1:22 openim.version: expected string, got number; write it in quotes",
    ],
    [
      "a text in place of a number",
      { targets: { t: { url: "https://t.example", concurrency: "8" } } },
      "1:58 targets.t.concurrency: expected number, got string; write it without quotes",
    ],
    [
      "a list in place of a key",
      rule({ use: "count", name: "a", key: ["sendID"] }),
      `1:94 ${at}.rules[0].key: expected string, got array; write one expression that joins them: "a + ':' + b"`,
    ],
    [
      "an object in place of an expression",
      {
        targets: { t: { url: "https://t.example" } },
        ...rule({ use: "forward", to: "t", body: { user: "sendID" } }),
      },
      `1:139 ${at}.rules[0].body: expected string, got object; write an expression in quotes: "{'user': sendID}"`,
    ],
    [
      "an option of a target in a rule",
      {
        targets: { t: { url: "https://t.example" } },
        ...rule({ use: "forward", to: "t", timeout: "1s" }),
      },
      `1:132 ${at}.rules[0].timeout: unknown field "timeout"; it is an option of the target: write "timeout" under "targets"`,
    ],
    [
      "an option of a rule in a target",
      { targets: { t: { url: "https://t.example", wait: true } } },
      '1:44 targets.t.wait: unknown field "wait"; it is an option of the rule: write "wait" in { "use": "forward", ... }',
    ],
    [
      "a field of the answer that is expected beside it",
      { tests: [{ name: "a", command: beforeSend, expect: { errCode: 5001 } }] },
      '1:80 tests[0].expect.errCode: unknown field "errCode"; it is a field of the answer: write "answer": { "errCode": ... }',
    ],
    [
      "a service's JSON in place of its answer",
      {
        targets: { t: { url: "https://t.example" } },
        tests: [{
          name: "a",
          command: beforeSend,
          answers: { t: { score: 0.9 } },
          expect: { answer: "refuse" },
        }],
      },
      '1:130 tests[0].answers.t.score: unknown field "score"; the service\'s JSON is the body: write "body": { "score": ... }',
    ],
    [
      "an address as a port",
      { server: { listen: 10006 } },
      '1:21 server.listen: expected host:port, such as "127.0.0.1:10006" or "[::1]:10006"',
    ],
    [
      "a chain as a list",
      { callbacks: { "*": [{ use: "log" }] } },
      '1:19 callbacks.*: a chain is an object; write { "rules": [...] }',
    ],
    [
      "a rule in place of a chain",
      { callbacks: { "*": { use: "log" } } },
      '1:20 callbacks.*.use: unknown field "use"; rules stand in a list: { "rules": [...] }',
    ],
    [
      "an option of another name",
      rule({ use: "log", if: "true" }),
      `1:75 ${at}.rules[0].if: unknown field "if", did you mean "when"?`,
    ],
    [
      "a kind of rule under another name",
      rule({ use: "reject", message: "no" }),
      `1:69 ${at}.rules[0].use: unknown rule "reject", did you mean "refuse"?`,
    ],
    [
      "a kind of rule as a name",
      rule({ log: {} }),
      `1:62 ${at}.rules[0].use: name the kind of rule: write { "use": "log", ... }`,
    ],
    [
      "a chain outside of its section",
      { "before:*": { rules: [] } },
      '1:2 ["before:*"]: unknown field "before:*"; chains stand under "callbacks": ' +
      '{ "callbacks": { "*": { "rules": [...] } } }',
    ],
    [
      "YAML",
      "callbacks:\n",
      "1:1 broken JSON: invalid symbol; a rules file is JSON with comments, not YAML",
    ],
    [
      "an empty file",
      "",
      '1:1 broken JSON: value expected; the file is empty: begin with { "callbacks": {} }',
    ],
    [
      "a comment of a shell",
      "{\n  # one\n}",
      "2:3 broken JSON: invalid symbol; a comment begins with //",
    ],
    [
      "Python's True",
      '{"plugins": {"builtin": True}}',
      "1:25 broken JSON: invalid symbol; write true",
    ],
    [
      "curly quotes",
      "{“callbacks”: {}}",
      '1:2 broken JSON: invalid symbol; names and texts stand in straight double quotes: "',
    ],
    [
      "every command by a word",
      { callbacks: { all: {} } },
      '1:15 callbacks.all: unknown command "all"; write "*" for every command',
    ],
    [
      "an area without its star",
      { callbacks: { message: {} } },
      '1:15 callbacks.message: unknown command "message", did you mean "message/*"?',
    ],
  ] as const
) {
  Deno.test(`${mistake} is told what is wrong, where, and what to write`, async () => {
    await using project = await rulesProject(rules);
    assertEquals(await project.problems(), [`rules.json:${says}`]);
  });
}

Deno.test("a field of some commands alone is read from the body in a general chain", async () => {
  const { groupPlugin } = { groupPlugin: "callbackBeforeSendGroupMsgCommand" };
  const file = `
    import { definePlugin } from "@openim-router/plugin";
    import { z } from "zod";
    export default definePlugin({
      command: "${groupPlugin}", timing: "before", area: "message", summary: "For tests.",
      webhook: { key: "beforeSendGroupMsg", since: "v2.0.2" },
      request: z.looseObject({ groupID: z.string() }), sample: { groupID: "g1" },
    });`;
  const files = { "plugins/group.ts": file };
  await using project = await rulesProject(
    { callbacks: { "*": { rules: [{ use: "log", when: "groupID == 'g'" }] } } },
    { files },
  );
  assertEquals(await project.problems(), [
    `rules.json:1:49 callbacks.*.rules[0].when: not every command here has the field "groupID"; ` +
    "write has(body.groupID) && body.groupID ..., or give the commands that have it a chain of " +
    `their own (for ${groupRead}: "*" runs for it)`,
  ]);
  await using keyed = await rulesProject({ callbacks: { beforeSendGroupMsg: {} } }, { files });
  assertEquals(await keyed.problems(), [
    'rules.json:1:15 callbacks.beforeSendGroupMsg: "beforeSendGroupMsg" is a key of OpenIM\'s ' +
    `webhooks.yml; write its command, "${groupPlugin}"`,
  ]);
});
