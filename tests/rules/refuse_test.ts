import { assertEquals, assertStringIncludes } from "@std/assert";
import { aPlugin, ruleBench, ruleProblems, type RuleSnippet, testCommand } from "./rule_bench.ts";

const refuse = (options: object = {}): RuleSnippet => ({
  use: "refuse",
  message: "not here",
  ...options,
});

Deno.test("a refusal refuses with its message and the default code", async () => {
  const { verdict } = await ruleBench([refuse()]).run();
  assertEquals(verdict, { kind: "refuse", code: 5001, message: "not here", detail: "" });
});

Deno.test("a refusal may have a code of its own", async () => {
  const { outcomes } = await ruleBench([refuse({ code: 9999 })]).run();
  assertEquals(outcomes, [{ kind: "refuse", code: 9999, message: "not here", detail: "" }]);
});

Deno.test("a refusal's detail is computed from the callback", async () => {
  const { outcomes } = await ruleBench([refuse({ detail: "'closed for ' + sendID" })]).run();
  assertEquals(outcomes, [
    { kind: "refuse", code: 5001, message: "not here", detail: "closed for u1" },
  ]);
});

Deno.test("a code outside of 5000 to 9999 is an error", () => {
  for (const code of [0, 4999, 10_000, 5001.5]) {
    assertStringIncludes(ruleProblems([refuse({ code })])[0] ?? "", "rules[0].code: ");
  }
});

Deno.test("the codes 5000 and 9999 are allowed", () => {
  assertEquals([5000, 9999].flatMap((code) => ruleProblems([refuse({ code })])), []);
});

Deno.test("a refusal without a message is an error", () => {
  assertEquals(ruleProblems([{ use: "refuse" }]), [
    "rules[0].message: is missing; expected string",
  ]);
});

Deno.test("a detail that is no text is an error", () => {
  assertEquals(ruleProblems([refuse({ detail: "unreadMsgNum" })]), [
    "rules[0].detail: expected string, but this gives int; write string(unreadMsgNum)",
  ]);
});

Deno.test("a detail that turns out to be no text is a failure and the chat goes on", async () => {
  const bench = ruleBench([refuse({ detail: "body.contentType" })]);
  const { failures, verdict } = await bench.run();
  assertEquals(failures.map(({ error }) => error.message), ["expected string, got bigint"]);
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("a refusal keeps the rules after it from running, but for those marked always", async () => {
  const bench = ruleBench([
    refuse(),
    { use: "log", message: "passed over" },
    { use: "log", message: "always", run: "always" },
  ]);
  const { traces } = await bench.run();
  assertEquals(bench.logged.map(({ message }) => message), ["always"]);
  assertEquals(traces.map(({ skipped }) => skipped), [undefined, "refused", undefined]);
});

Deno.test("a refusal whose condition is false refuses nothing", async () => {
  const { verdict } = await ruleBench([refuse({ when: "sendID == 'banned'" })]).run();
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("a refusal in an after-chain is warned of", () => {
  const { warnings } = ruleBench([refuse()], { plugins: [aPlugin({ timing: "after" })] });
  assertEquals(warnings, [
    `rules[0].use: "refuse" does nothing here: ${testCommand} is an after-callback, ` +
    "which OpenIM does not wait for",
  ]);
});

Deno.test("a refusal in a general chain is warned of where all its commands are after-callbacks", () => {
  const { warnings } = ruleBench([], {
    plugins: [aPlugin({ timing: "after" })],
    chains: { "*": [refuse()] },
  });
  assertEquals(warnings, [
    'callbacks.*.rules[0].use: "refuse" does nothing here: it runs for after-callbacks alone, ' +
    "which OpenIM does not wait for",
  ]);
});

Deno.test("a refusal in a general chain does its work where one command is a before-callback", () => {
  const { warnings } = ruleBench([], {
    plugins: [aPlugin({ timing: "after" }), aPlugin({ command: "callbackBeforeOtherCommand" })],
    chains: { "*": [refuse()] },
  });
  assertEquals(warnings, []);
});
