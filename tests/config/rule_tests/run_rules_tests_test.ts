import { assertEquals, assertRejects } from "@std/assert";
import { RulesTestError, runRulesTests } from "../../../src/config/rule_tests/run_rules_tests.ts";
import { beforeSend, groupRead, pluginFile, rulesProject } from "../rules_project.ts";

/** Runs one test over rules for a message about to be sent; what it finds, line by line. */
async function findings(
  rules: readonly object[],
  test: object,
  sections: object = {},
): Promise<readonly string[]> {
  await using project = await rulesProject({
    targets: { moderator: { url: "http://a.example/" } },
    callbacks: { [beforeSend]: { rules } },
    tests: [{ name: "it holds", command: beforeSend, ...test }],
    ...sections,
  });
  try {
    await runRulesTests(await project.load(), project.context);
    return [];
  } catch (error) {
    if (!(error instanceof RulesTestError)) throw error;
    return error.failures[0]!.message.split("\n").slice(1).map((line) => line.trim());
  }
}

const counted = { use: "count", name: "sent", key: "sendID" };
const refuseMany = { use: "refuse", message: "too fast", when: "counts.sent['1m'] > 3" };
const asking = { use: "forward", to: "moderator", wait: true };
const masking = { use: "override", set: { content: '\'{"content":"***"}\'' } };

Deno.test("a rules file without tests has none that fail", async () => {
  await using project = await rulesProject({});
  assertEquals(await runRulesTests(await project.load(), project.context), 0);
});

Deno.test("a plain continue is what no rule changes", async () => {
  assertEquals(await findings([{ use: "log" }], { expect: { answer: "continue" } }), []);
  assertEquals(await findings([masking], { expect: { answer: "continue" } }), [
    'answer: expected a plain continue, got {"actionCode":0,"errCode":0,"errMsg":"Success",' +
    '"errDlt":"","nextCode":0,"content":"{\\"content\\":\\"***\\"}"}',
  ]);
});

Deno.test("a refusal is expected as such, or field by field", async () => {
  const refusing = [{ use: "refuse", code: 5101, message: "no" }];
  assertEquals(await findings(refusing, { expect: { answer: "refuse" } }), []);
  assertEquals(await findings(refusing, { expect: { answer: { errCode: 5101 } } }), []);
  assertEquals(await findings(refusing, { expect: { answer: { errCode: 5102, errMsg: "no" } } }), [
    "answer.errCode: expected 5102, got 5101",
  ]);
  assertEquals((await findings([], { expect: { answer: "refuse" } })).length, 1);
});

Deno.test("an override may be expected as the JSON that its text holds", async () => {
  const expect = { answer: { content: { content: "***" } } };
  assertEquals(await findings([masking], { expect }), []);
  assertEquals(await findings([], { expect }), [
    'answer.content: expected {"content":"***"}, got nothing',
  ]);
});

Deno.test("an override that is not expected is a difference", async () => {
  assertEquals(await findings([masking], { expect: { answer: { errCode: 0 } } }), [
    'answer.content: expected nothing, got "{\\"content\\":\\"***\\"}"',
  ]);
});

Deno.test("rules that ran are expected by their kind or by their place", async () => {
  const rules = [counted, refuseMany];
  assertEquals(await findings(rules, { expect: { ran: ["count"] } }), []);
  assertEquals(await findings(rules, { expect: { ran: [`${beforeSend}[0] count`] } }), []);
  assertEquals(await findings(rules, { expect: { ran: ["count", "refuse"] } }), [
    "ran: expected count > refuse, got count",
  ]);
});

Deno.test("callbacks that came earlier count, as long ago as they came", async () => {
  const rules = [counted, refuseMany];
  const refused = { expect: { answer: "refuse" } };
  const continued = { expect: { answer: "continue" } };
  assertEquals(await findings(rules, { earlier: [{ times: 3 }], ...refused }), []);
  assertEquals(await findings(rules, { earlier: [{ times: 2 }], ...continued }), []);
  assertEquals(await findings(rules, { earlier: [{ times: 3, ago: "2m" }], ...continued }), []);
  const ofAnother = [{ times: 3, change: { sendID: "u9" } }];
  assertEquals(await findings(rules, { earlier: ofAnother, ...continued }), []);
});

Deno.test("a callback of another command may have come earlier", async () => {
  const rules = [counted, { ...refuseMany, when: "counts.sent['1m'] == 2" }];
  const test = { earlier: [{ command: groupRead }], expect: { answer: "refuse" } };
  const sections = { callbacks: { [beforeSend]: { rules }, [groupRead]: { rules: [counted] } } };
  assertEquals(await findings([], test, sections), []);
});

Deno.test("each test begins with nothing counted", async () => {
  const test = { name: "one", command: beforeSend, expect: { answer: "continue" } };
  const tests = Array.from({ length: 5 }, () => test);
  await using project = await rulesProject({
    callbacks: { [beforeSend]: { rules: [counted, refuseMany] } },
    tests,
  });
  assertEquals(await runRulesTests(await project.load(), project.context), 5);
});

Deno.test("a target that is waited for answers what the test says, consent by default", async () => {
  const refusal = { nextCode: 1, errCode: 5123, errMsg: "no" };
  const expect = { answer: refusal };
  assertEquals(await findings([asking], { targets: { moderator: refusal }, expect }), []);
  assertEquals(await findings([asking], { expect: { answer: "continue" } }), []);
});

Deno.test("a target that is down fails its rule, which a failed test tells", async () => {
  const down = { targets: { moderator: "down" } };
  assertEquals(await findings([asking], { ...down, expect: { answer: "continue" } }), []);
  const [, reason] = await findings([asking], { ...down, expect: { answer: "refuse" } });
  assertEquals(reason, `${beforeSend}[0] forward failed: the target moderator is down`);
});

Deno.test("what would be stored for delivery is expected by its targets", async () => {
  const rules = [{ use: "forward", to: "moderator" }];
  assertEquals(await findings(rules, { expect: { delivered: ["moderator"] } }), []);
  assertEquals(await findings([], { expect: { delivered: ["moderator"] } }), [
    "delivered: expected moderator, got nothing",
  ]);
});

Deno.test("a change replaces fields of the sample, a body replaces all of it", async () => {
  const rules = [{ use: "refuse", message: "no", when: "sendID == 'u9' && receiveID == 'u2'" }];
  const refused = { expect: { answer: "refuse" } };
  assertEquals(await findings(rules, { change: { sendID: "u9" }, ...refused }), []);
  const body = { sendID: "u9", receiveID: "u2", unreadMsgNum: 1 };
  assertEquals(await findings(rules, { body, ...refused }), []);
});

Deno.test("a body that would be turned away is told with the field", async () => {
  const test = { change: { unreadMsgNum: "many" }, expect: { answer: "refuse" } };
  const [finding] = await findings([], test);
  assertEquals(finding?.startsWith("body: it would be turned away:"), true, finding);
  assertEquals(finding?.includes("unreadMsgNum"), true, finding);
});

Deno.test("a documented nextCode changes nothing about what a refusal is", async () => {
  const documented = { server: { nextCode: "documented" } };
  const refusing = [{ use: "refuse", message: "no" }];
  const continued = { expect: { answer: "continue" } };
  const refused = { expect: { answer: "refuse" } };
  assertEquals(await findings([], continued, documented), []);
  assertEquals(await findings(refusing, refused, documented), []);
  assertEquals((await findings([], refused, documented)).length, 1);
  assertEquals((await findings(refusing, continued, documented)).length, 1);
});

Deno.test("an after-callback is continued, whatever its rules say", async () => {
  const sections = { callbacks: { "*": { rules: [{ use: "refuse", message: "no" }] } } };
  const test = { command: groupRead };
  assertEquals(await findings([], { ...test, expect: { answer: "continue" } }, sections), []);
  assertEquals((await findings([], { ...test, expect: { answer: "refuse" } }, sections)).length, 1);
});

Deno.test("a rule that fails in an expression is told in one line", async () => {
  const failing = [{ use: "log", fields: ["unreadMsgNum / 0"] }];
  assertEquals((await findings(failing, { expect: { answer: "refuse" } })).slice(1), [
    `${beforeSend}[0] log failed: division by zero`,
  ]);
});

Deno.test("failed tests are told with their place in the file and their number", async () => {
  const test = (answer: string) => ({ name: answer, command: beforeSend, expect: { answer } });
  await using project = await rulesProject({ tests: [test("continue"), test("refuse")] });
  const rules = await project.load();
  const error: RulesTestError = await assertRejects(
    () => runRulesTests(rules, project.context),
    RulesTestError,
  );
  assertEquals(error.failures.map(({ path }) => path), ["tests[1]"]);
  assertEquals(error.message.split("\n").at(-1), "1 of 2 tests failed");
});

Deno.test("what every answer to a command returns of its request is no override", async () => {
  const echoing = pluginFile("callbackBeforeEchoCommand", { timing: "before" })
    .replace("sample:", 'echo: ["sendID"], sample:');
  const test = (answer: unknown) => ({
    name: "it holds",
    command: "callbackBeforeEchoCommand",
    expect: { answer },
  });
  const tests = ["continue", { errCode: 0 }, { sendID: "u1" }].map(test);
  await using project = await rulesProject({ tests }, { files: { "plugins/echo.ts": echoing } });
  assertEquals(await runRulesTests(await project.load(), project.context), 3);
});

Deno.test("targets and chains may have the names that every object of JavaScript has", async () => {
  for (const name of ["constructor", "prototype", "toString", "valueOf"]) {
    const forwarding = { use: "forward", to: name };
    const found = await findings(
      [{ use: "chain", chain: name }, { ...forwarding, wait: true }],
      {
        targets: { [name]: { content: "***" } },
        expect: { answer: { content: "***" }, delivered: [name] },
      },
      { targets: { [name]: { url: "http://a.example/" } }, chains: { [name]: [forwarding] } },
    );
    assertEquals(found, [], name);
  }
});

const refuseSecond = { use: "refuse", message: "too fast", when: "counts.sent['1m'] > 1" };

Deno.test("a window's edge is exact: 59,999 ms ago counts and 60 s ago does not, every time", async () => {
  const rules = [counted, refuseSecond];
  for (let time = 0; time < 20; time++) {
    for (const [ago, answer] of [["59999ms", "refuse"], ["1m", "continue"], ["61s", "continue"]]) {
      assertEquals(await findings(rules, { earlier: [{ ago }], expect: { answer } }), []);
    }
  }
});

const quietHours = {
  use: "refuse",
  message: "quiet hours",
  // the hour in Shanghai, 8 hours ahead
  when: "(receivedAt / 3600000 + 8) % 24 >= 23 || (receivedAt / 3600000 + 8) % 24 < 7",
};

for (
  const [at, answer] of [
    ["2026-01-01T23:30:00+08:00", "refuse"],
    ["2026-01-01T22:59:59.999+08:00", "continue"],
    ["2026-01-01T15:00:00Z", "refuse"],
  ]
) {
  Deno.test(`a test at ${at} sees the hour that this is: ${answer}`, async () => {
    assertEquals(await findings([quietHours], { at, expect: { answer } }), []);
  });
}

Deno.test("a test without a time comes at noon, whenever it is run", async () => {
  const noon = { use: "refuse", message: "noon", when: "receivedAt / 3600000 % 24 == 12" };
  assertEquals(await findings([noon], { expect: { answer: "refuse" } }), []);
});

Deno.test("earlier callbacks have times of their own, and come in their order", async () => {
  const rules = [{ ...counted, when: "receivedAt / 3600000 % 24 == 11" }, refuseSecond];
  const at = "2026-01-01T11:00:30Z";
  const earlier = [
    { at: "2026-01-01T12:00:00+01:00" },
    { at: "2026-01-01T10:59:59Z" },
    { ago: "29s" },
  ];
  const expect = { answer: "refuse" };
  assertEquals(await findings(rules, { at, earlier, expect }), []);
  const [first, second] = earlier;
  assertEquals(
    await findings(rules, { at, earlier: [second], expect: { answer: "continue" } }),
    [],
  );
  assertEquals(await findings(rules, { at, earlier: [first], expect }), []);
});
