import { assertEquals, assertStringIncludes } from "@std/assert";
import { RulesTestError, runRulesTests } from "../../../src/config/rule_tests/run_rules_tests.ts";
import { beforeSend, rulesProject } from "../rules_project.ts";

const scoring = {
  ...{ use: "forward", to: "moderator", wait: true },
  ...{ refuseWhen: "answer.score > 0.8", message: "answer.reason" },
};

function project(
  test: object,
  { rule = scoring, target = {} }: { rule?: object; target?: object },
) {
  return rulesProject({
    targets: { moderator: { url: "http://a.example/", ...target } },
    callbacks: { [beforeSend]: { rules: [rule] } },
    tests: [{ name: "it holds", command: beforeSend, ...test }],
  });
}

async function findings(test: object, parts: { rule?: object; target?: object } = {}) {
  await using files = await project(test, parts);
  try {
    await runRulesTests(await files.load(), files.context);
    return [];
  } catch (error) {
    if (!(error instanceof RulesTestError)) throw error;
    return error.failures[0]!.message.split("\n").slice(1).map((line) => line.trim());
  }
}

const answers = (answer: object) => ({ answers: { moderator: answer } });

Deno.test("a target's answer in a test is read as a real one", async () => {
  const spam = answers({ status: 200, body: { score: 0.9, reason: "spam" } });
  assertEquals(await findings({ ...spam, expect: { answer: { errMsg: "spam" } } }), []);
  const ham = answers({ body: { score: 0.1 } });
  assertEquals(await findings({ ...ham, expect: { answer: "continue" } }), []);
  assertEquals((await findings({ ...ham, expect: { answer: "refuse" } })).length, 1);
});

Deno.test("a status that is no 2xx fails the rule, as for real", async () => {
  const busy = answers({ status: 503, body: "busy" });
  const found = await findings({ ...busy, expect: { answer: "refuse" } });
  assertStringIncludes(found.join("\n"), "the target answered with status 503");
});

Deno.test("a test that fails says why a refusal is without the service's words", async () => {
  const answers = { moderator: { body: { score: 0.9 } } };
  assertEquals(await findings({ answers, expect: { answer: { errMsg: "rude" } } }), [
    'answer.errMsg: expected "rude", got "not allowed"',
    "refused without what the answer should give: " +
    '"message" cannot be evaluated on the answer: No such key: reason',
  ]);
  assertEquals(await findings({ answers, expect: { answer: "refuse" } }), []);
});

Deno.test("a test that fails says that an errCode alone refuses nothing", async () => {
  const rule = { use: "forward", to: "moderator", wait: true };
  const answers = { moderator: { body: { errCode: 201 } } };
  assertEquals((await findings({ answers, expect: { answer: "refuse" } }, { rule })).slice(1), [
    "an answer has an errCode and does not refuse",
  ]);
});

Deno.test("a target's deliveredWhen decides in a test as well", async () => {
  const target = { deliveredWhen: "headers['x-ok'] == '1' && answer.errCode == 0" };
  const rule = { ...scoring, refuseWhen: "answer.data.bad", message: "'no'" };
  const body = (errCode: number) => ({
    headers: { "X-Ok": "1" },
    body: { errCode, data: { bad: true } },
  });
  const refused = { expect: { answer: "refuse" } };
  assertEquals(await findings({ ...answers(body(0)), ...refused }, { rule, target }), []);
  const found = await findings({ ...answers(body(1501)), ...refused }, { rule, target });
  assertStringIncludes(found.join("\n"), '"deliveredWhen" does not take');
});

Deno.test("an answer without a field of OpenIM's fails the rule in a test as well", async () => {
  const rule = { use: "forward", to: "moderator", wait: true };
  const found = await findings(
    { ...answers({ body: { score: 1 } }), expect: { answer: "refuse" } },
    {
      rule,
    },
  );
  assertStringIncludes(found.join("\n"), 'it has "score"');
});

Deno.test("without an answer a target consents, whatever words it would answer in", async () => {
  assertEquals(await findings({ expect: { answer: "continue", ran: ["forward"] } }), []);
});

Deno.test("an answer of a target that is not there is an error with the near name", async () => {
  await using files = await project({
    answers: { moderater: {} },
    expect: { answer: "continue" },
  }, {});
  const [problem] = await files.problems();
  assertStringIncludes(problem!, 'unknown target "moderater", did you mean "moderator"?');
  assertStringIncludes(problem!, "tests[0].answers.moderater");
});

Deno.test("a target with two answers is an error", async () => {
  await using files = await project({
    targets: { moderator: "down" },
    answers: { moderator: {} },
    expect: { answer: "continue" },
  }, {});
  const [problem] = await files.problems();
  assertStringIncludes(
    problem!,
    '"targets" has an answer of "moderator" as well; keep one of them',
  );
});

Deno.test("a deliveredWhen that is wrong is told with its place", async () => {
  const problemOf = async (deliveredWhen: string) => {
    await using files = await project({ expect: { answer: "continue" } }, {
      target: { deliveredWhen },
    });
    return (await files.problems()).join("\n");
  };
  assertStringIncludes(await problemOf("status"), "targets.moderator.deliveredWhen: expected bool");
  assertStringIncludes(await problemOf("body.errCode == 0"), 'unknown field "body"');
  assertStringIncludes(await problemOf("statos < 300"), 'did you mean "status"?');
});
