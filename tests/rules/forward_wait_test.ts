import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { encode } from "../../src/openim/encode.ts";
import { aPlugin, type BenchOptions, ruleBench, testCommand } from "./rule_bench.ts";

const waiting = { use: "forward", to: "analytics", wait: true };

/** A bench whose target answers with a text, or with a value as JSON. */
function answering(answer: unknown, options: BenchOptions = {}) {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  return ruleBench([waiting], { answer: () => Promise.resolve({ status: 200, text }), ...options });
}

const success = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };
const plainContinue = { kind: "continue", overrides: {} } as const;

async function failuresOn(answer: unknown) {
  const { failures } = await answering(answer).run();
  return failures.map(({ error }) => `${error.name}: ${error.message}`);
}

Deno.test("a rule that waits posts the original bytes at once and stores nothing", async () => {
  const bench = answering(success);
  const text = '{"sendID":"u1","receiveID":"u1", "unreadMsgNum":9007199254740993}';
  const { deliveries } = await bench.run({ text, request: JSON.parse(text) });
  assertEquals(bench.posted.map(({ body }) => body), [text]);
  assertEquals(deliveries, []);
});

Deno.test("a target's consent lets the chat go on", async () => {
  assertEquals((await answering(success).run()).verdict, plainContinue);
});

Deno.test("an empty answer is a consent", async () => {
  assertEquals((await answering("").run()).outcomes, [{ kind: "pass" }]);
});

Deno.test("a target's refusal is taken over", async () => {
  const answer = { ...success, errCode: 5010, errMsg: "no", errDlt: "closed", nextCode: 1 };
  assertEquals((await answering(answer).run()).verdict, {
    kind: "refuse",
    code: 5010,
    message: "no",
    detail: "closed",
  });
});

Deno.test("a target's overrides are taken over", async () => {
  const answer = { ...success, content: "***", contentType: 101 };
  assertEquals((await answering(answer).run()).verdict, {
    kind: "continue",
    overrides: { content: "***", contentType: 101 },
  });
});

Deno.test("fields that the server does not take are dropped", async () => {
  const answer = { ...success, content: "***", nickname: "x" };
  assertEquals((await answering(answer).run()).verdict, {
    kind: "continue",
    overrides: { content: "***" },
  });
});

Deno.test("an answer with nothing but fields that are dropped is a consent", async () => {
  assertEquals((await answering({ ...success, nickname: "x" }).run()).outcomes, [{ kind: "pass" }]);
});

Deno.test("an override that the server could not decode is a failure", async () => {
  const [failure] = await failuresOn({ ...success, content: 5 });
  assertStringIncludes(failure!, `OverrideError: ${testCommand} takes no such content: `);
});

Deno.test("an answer that is not JSON is a failure", async () => {
  assertEquals(await failuresOn("<html>"), ["AnswerError: the answer is not JSON"]);
});

Deno.test("an answer of the wrong form is a failure", async () => {
  const [failure] = await failuresOn({ ...success, nextCode: "maybe" });
  assertStringIncludes(failure!, "AnswerError: nextCode: ");
});

Deno.test("an answer that says not executed is a failure", async () => {
  assertEquals(await failuresOn({ ...success, actionCode: 1, errMsg: "busy" }), [
    "AnswerError: actionCode 1: busy",
  ]);
});

Deno.test("a failure lets the chat go on", async () => {
  assertEquals((await answering("<html>").run()).verdict, plainContinue);
});

Deno.test("a target that cannot be reached is a failure", async () => {
  const bench = ruleBench([waiting], { answer: () => Promise.reject(new Error("refused")) });
  const { failures, verdict } = await bench.run();
  assertEquals(failures.map(({ error }) => error.message), ["refused"]);
  assertEquals(verdict, plainContinue);
});

Deno.test("a target that is slower than the chain's budget is a failure", async () => {
  const bench = ruleBench([waiting], { answer: () => new Promise<never>(() => {}) });
  const run = bench.run();
  bench.clock.advance(4000);
  const { failures, verdict } = await run;
  assertEquals(failures.map(({ error }) => error.name), ["BudgetError"]);
  assertEquals(verdict, plainContinue);
});

Deno.test("a post is broken off when the chain's budget is spent", async () => {
  const signals: AbortSignal[] = [];
  const bench = ruleBench([waiting], {
    answer(_, signal) {
      signals.push(signal);
      return new Promise<never>(() => {});
    },
  });
  const run = bench.run();
  bench.clock.advance(3999);
  const before = signals.map(({ aborted }) => aborted);
  bench.clock.advance(1);
  await run;
  assertEquals([before, signals.map(({ aborted }) => aborted)], [[false], [true]]);
});

Deno.test("rules after a failed wait still run", async () => {
  const bench = ruleBench([waiting, { use: "log" }], {
    answer: () => Promise.reject(new Error("refused")),
  });
  await bench.run();
  assertEquals(bench.logged.length, 1);
});

Deno.test("an after-callback takes no overrides of a target", async () => {
  const bench = answering({ ...success, content: "***" }, {
    plugins: [aPlugin({ timing: "after" })],
  });
  assertEquals((await bench.run()).outcomes, [{ kind: "pass" }]);
});

Deno.test("a target's map arrives with every key that it has", async () => {
  const overrides = z.object({ options: z.record(z.string(), z.boolean()) });
  const options = '{"history":true,"__proto__":true,"constructor":true,"prototype":false}';
  const bench = answering(`{"options":${options}}`, { plugins: [aPlugin({ overrides })] });
  const { verdict } = await bench.run();
  const answer = encode(verdict, { dialect: "v3", nextCode: "number", operationID: "op-1" });
  assertStringIncludes(answer, `"options":${options}`);
});
