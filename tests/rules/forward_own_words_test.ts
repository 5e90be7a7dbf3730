import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TargetAnswer } from "../../src/chain/deliveries.ts";
import { z } from "zod";
import { int32, userID } from "../../src/extension/define_plugin.ts";
import { aPlugin, ruleBench, ruleProblems, type RuleSnippet, testCommand } from "./rule_bench.ts";

const waiting = { use: "forward", to: "analytics", wait: true };
const scored = { ...waiting, refuseWhen: "answer.score > 0.8" };

function answering(rule: RuleSnippet, body: unknown, parts: Partial<TargetAnswer> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ruleBench([rule], { answer: () => Promise.resolve({ status: 200, text, ...parts }) });
}

async function outcomeOf(rule: RuleSnippet, body: unknown, parts: Partial<TargetAnswer> = {}) {
  return (await answering(rule, body, parts).run()).outcomes[0];
}

async function failureOf(rule: RuleSnippet, body: unknown) {
  const [failure] = (await answering(rule, body).run()).failures;
  return failure === undefined ? "" : `${failure.error.name}: ${failure.error.message}`;
}

for (
  const body of [{ score: 0.93 }, { code: 1, allow: false }, { data: { errCode: 1 } }, {}]
) {
  Deno.test(`${JSON.stringify(body)} is a failure and says what came`, async () => {
    const failure = await failureOf(waiting, body);
    assertStringIncludes(failure, Object.keys(body)[0] ?? "an object without members");
    assertStringIncludes(failure, '"refuseWhen"');
  });
}

Deno.test("an errCode without a refusal is taken, counted, and told once for a target", async () => {
  const bench = answering(waiting, { errCode: 201 });
  for (let callback = 0; callback < 3; callback++) {
    assertEquals((await bench.run()).outcomes, [{ kind: "pass" }]);
  }
  assertEquals(bench.logged.map(({ level, message, properties }) => [level, message, properties]), [
    ["warning", "an answer has an errCode and does not refuse", {
      target: "analytics",
      command: "callbackBeforeTestCommand",
      operationID: "op-1",
      errCode: 201,
    }],
  ]);
  assertEquals(bench.oddAnswers("analytics"), { errCode: 3, garbled: 0 });
});

Deno.test("a refusal with an errCode is not odd", async () => {
  const bench = answering(waiting, { errCode: 5001, nextCode: 1 });
  await bench.run();
  assertEquals([bench.logged, bench.oddAnswers("analytics").errCode], [[], 0]);
});

Deno.test("refuseWhen decides by the service's own JSON", async () => {
  assertEquals(await outcomeOf(scored, { score: 0.93 }), {
    kind: "refuse",
    code: 5001,
    message: "not allowed",
    detail: "",
  });
  assertEquals(await outcomeOf(scored, { score: 0.2 }), { kind: "pass" });
  assertEquals((await outcomeOf(scored, { score: 1 }))?.kind, "refuse");
});

Deno.test("with refuseWhen the fields of OpenIM's answer mean nothing", async () => {
  assertEquals(await outcomeOf(scored, { score: 0, nextCode: 1, errCode: 5001, actionCode: 1 }), {
    kind: "pass",
  });
});

Deno.test("code, message and detail are computed from the answer, the status and the callback", async () => {
  const rule = {
    ...scored,
    code: "answer.code",
    message: "answer.reason + ' for ' + sendID",
    detail: "'status ' + string(status)",
  };
  const body = { score: 0.9, code: 5123, reason: "spam" };
  assertEquals(await outcomeOf(rule, body), {
    kind: "refuse",
    code: 5123,
    message: "spam for u1",
    detail: "status 200",
  });
});

Deno.test("a code may be a number", async () => {
  const rule = { ...scored, code: 5200 };
  const outcome = await outcomeOf(rule, { score: 1 });
  assertEquals(outcome?.kind === "refuse" && outcome.code, 5200);
});

Deno.test("a refusal stands although its words cannot be computed, which is told", async () => {
  const rule = { ...scored, code: "answer.code", message: "answer.reason" };
  const bench = answering(rule, { score: 1, code: 0 });
  const { outcomes } = await bench.run();
  assertEquals(outcomes, [{ kind: "refuse", code: 5001, message: "not allowed", detail: "" }]);
  assertEquals(bench.logged.map(({ level, message }) => [level, message]), [
    ["warning", "refused without what the answer should give"],
  ]);
});

Deno.test("override replaces fields with what the answer gives, when it does not refuse", async () => {
  const rule = { ...scored, override: { content: "answer.clean" } };
  assertEquals(await outcomeOf(rule, { score: 0.1, clean: "***" }), {
    kind: "override",
    fields: { content: "***" },
  });
  assertEquals((await outcomeOf(rule, { score: 0.9, clean: "***" }))?.kind, "refuse");
});

Deno.test("override without refuseWhen reads the service's own JSON as well", async () => {
  const rule = { ...waiting, override: { content: "answer.clean" } };
  assertEquals(await outcomeOf(rule, { clean: "x" }), {
    kind: "override",
    fields: { content: "x" },
  });
});

Deno.test("an answer that refuseWhen cannot be evaluated on is a failure", async () => {
  assertStringIncludes(
    await failureOf(scored, { data: 1 }),
    'OwnWordsError: "refuseWhen" cannot be evaluated on the answer: No such key: score',
  );
  assertStringIncludes(await failureOf(scored, "<html>"), "OwnWordsError");
});

Deno.test("an answer that is not JSON is null to expressions", async () => {
  assertEquals(
    (await outcomeOf({ ...waiting, refuseWhen: "answer == null" }, "<html>"))?.kind,
    "refuse",
  );
});

Deno.test("what rules before have found out is in sight of refuseWhen", async () => {
  const count = { use: "count", name: "sent", key: "sendID" };
  const rule = { ...waiting, refuseWhen: "counts.sent['1m'] > 0 && answer.bad" };
  const bench = ruleBench([count, rule], {
    answer: () => Promise.resolve({ status: 200, text: '{"bad":true}' }),
  });
  assertEquals((await bench.run()).verdict.kind, "refuse");
});

Deno.test("the answer's status hides a field of the command with this name", async () => {
  const command = testCommand;
  const request = z.looseObject({ sendID: userID, status: int32 });
  const bench = ruleBench([{ ...waiting, refuseWhen: "status == 200 && body.status == 2" }], {
    plugins: [{ ...aPlugin({ command }), request }],
    answer: () => Promise.resolve({ status: 200, text: "{}" }),
  });
  const run = await bench.run({ request: { sendID: "u1", status: 2 } });
  assertEquals(run.verdict.kind, "refuse");
});

const byStatus = [{ ...waiting, refuseWhen: "status == 403 || answer.bad" }];

Deno.test("a refuseWhen by the status is warned of, unless the target says what is delivered", () => {
  assertEquals(ruleBench(byStatus).warnings, [
    'rules[0].refuseWhen: "status" is always a 2xx here, since any other fails the rule; to decide ' +
    'by others as well, give the target "analytics" a "deliveredWhen", such as "status < 500"',
  ]);
  const settings = { analytics: { deliveredWhen: "status < 500" } };
  assertEquals(ruleBench(byStatus, { settings }).warnings, []);
});

Deno.test("a member named status is not the answer's status", () => {
  const rule = { ...waiting, refuseWhen: "answer.status == 'blocked'" };
  assertEquals(ruleBench([rule]).warnings, []);
});

for (const name of ["refuseWhen", "code", "message", "detail"]) {
  Deno.test(`"${name}" without "wait" is an error`, () => {
    const [problem] = ruleProblems([{ use: "forward", to: "analytics", [name]: "'x' == 'x'" }]);
    assertStringIncludes(problem!, `rules[0].${name}: "${name}" is for the answer`);
  });
}

Deno.test("words for a refusal without refuseWhen are an error", () => {
  assertEquals(ruleProblems([{ ...waiting, message: "'no'" }]), [
    'rules[0].message: "message" is for what "refuseWhen" refuses; add "refuseWhen"',
  ]);
});

Deno.test("an override of a field that the server does not take is an error", () => {
  const [problem] = ruleProblems([{ ...waiting, override: { contant: "answer.x" } }]);
  assertStringIncludes(problem!, 'takes no override "contant", did you mean "content"?');
});

Deno.test("a refuseWhen that is no bool is an error with its place", () => {
  const [problem] = ruleProblems([{ ...waiting, refuseWhen: "status" }]);
  assertEquals(
    problem,
    "rules[0].refuseWhen: expected bool, but this gives int; compare it, such as status > 0",
  );
});

Deno.test("broken text of a refusal does not reach the user, and is told once", async () => {
  const bench = answering(waiting, {
    errCode: 5007,
    errMsg: "no \ufffd\ufffd",
    errDlt: "\ufffd",
    nextCode: 1,
  }, {
    garbled: "utf-8",
  });
  for (let callback = 0; callback < 2; callback++) {
    assertEquals((await bench.run()).outcomes, [
      { kind: "refuse", code: 5007, message: "not allowed", detail: "" },
    ]);
  }
  assertEquals(bench.logged.map(({ message, properties }) => [message, properties.charset]), [
    ["an answer is not in the charset that it names", "utf-8"],
  ]);
});

Deno.test("a U+FFFD that the target itself sends is the target's word", async () => {
  const outcome = await outcomeOf(waiting, { nextCode: 1, errMsg: "no \ufffd" });
  assertEquals(outcome?.kind === "refuse" && outcome.message, "no \ufffd");
});

Deno.test("broken text replaces nothing", async () => {
  const { outcomes } = await answering(waiting, { nextCode: 0, content: "\ufffd" }, {
    garbled: "gbk",
  }).run();
  assertEquals(outcomes.map(({ kind }) => kind), ["fail"]);
});
