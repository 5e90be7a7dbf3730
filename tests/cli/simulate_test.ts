import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { simulate } from "../../src/cli/simulate.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { pluginFile } from "../config/rules_project.ts";
import { root } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const before = "callbackBeforeSimulatedCommand";
const after = "callbackAfterSimulatedCommand";
const plain = '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';

interface Trial {
  readonly command?: string;
  readonly url?: string;
  readonly body?: string;
  readonly settings?: object;
}

/** Simulates a callback; returns what was printed and the files that are there afterwards. */
async function simulated(rules: readonly object[], trial: Trial = {}) {
  const { command = before, url = "http://127.0.0.1:9/", body, settings } = trial;
  await using folder = await tempFolder();
  const overrides = "z.object({ content: z.string(), unreadMsgNum: int64 }).partial()";
  await folder.write("own/before.ts", pluginFile(before, { timing: "before", overrides }));
  await folder.write("own/after.ts", pluginFile(after, { aliases: ["callbackOldSimulated"] }));
  const file = await folder.write(
    "rules.json",
    JSON.stringify({
      plugins: { builtin: false, folders: ["own"] },
      targets: { analytics: { url, network: "private" } },
      callbacks: { [command]: { rules } },
      ...settings,
    }),
  );
  const terminal = recordedTerminal();
  const bodyFile = body === undefined ? undefined : await folder.write("body.json", body);
  await simulate({ command, rules: file, body: bodyFile }, terminal);
  const files = (await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name)).sort();
  return { output: terminal.output, files };
}

async function answerOf(rules: readonly object[], trial?: Trial) {
  const { output } = await simulated(rules, trial);
  return /^answer: (.*)$/m.exec(output)?.[1];
}

const refuse = { use: "refuse", message: "not here" };

Deno.test("the command is named with its timing and summary", async () => {
  const { output } = await simulated([]);
  assertStringIncludes(output, `${before} (before): For tests.`);
});

Deno.test("a body in a file with a byte order mark is read, as the router reads it", async () => {
  const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 5 });
  assertEquals(await answerOf([], { body: `\uFEFF${body}` }), plain);
});

Deno.test("each rule's outcome is printed", async () => {
  const { output } = await simulated([
    { use: "log" },
    { use: "log", when: "unreadMsgNum > 100" },
    { use: "override", set: { content: "'***'" } },
    refuse,
    { use: "count", name: "reads" },
  ]);
  const outcomes = output.split("\n").filter((line) => line.startsWith(`${before}[`)).map((line) =>
    line.split(/ {2,}/)[1]
  );
  assertEquals(outcomes, [
    "pass",
    'not run: its "when" is false',
    'override {"content":"***"}',
    "refuse 5001 not here",
    "not run: refused before",
  ]);
});

Deno.test("rules that were skipped by a rule before them are printed as such", async () => {
  const { output } = await simulated([
    { use: "sample", rate: 0 },
    refuse,
    { use: "log", run: "always" },
  ]);
  assertMatch(output, /\[0\] sample +pass, skip the rest/);
  assertMatch(output, /\[1\] refuse +not run: the rest was skipped before/);
  assertMatch(output, /\[2\] log +pass/);
});

Deno.test("a rule that fails is printed with the reason", async () => {
  const { output } = await simulated([{ use: "log", fields: ["unreadMsgNum / 0"] }]);
  assertMatch(output, /\[0\] log +fail: division by zero +[\d.]+ ms$/m);
  assertEquals(output.includes("^"), false, output);
});

Deno.test("a command without rules is said to have none", async () => {
  assertStringIncludes((await simulated([])).output, "no rules run for it");
});

Deno.test("a continue is answered plainly", async () => {
  assertEquals(await answerOf([{ use: "log" }]), plain);
});

Deno.test("a refusal is answered as one", async () => {
  assertEquals(
    await answerOf([refuse]),
    '{"actionCode":0,"errCode":5001,"errMsg":"not here","errDlt":"","nextCode":1}',
  );
});

Deno.test("overrides are part of the answer", async () => {
  const answer = await answerOf([{ use: "override", set: { content: "sendID" } }]);
  assertEquals(JSON.parse(answer!).content, "u1");
});

Deno.test("an after-callback is answered plainly, whatever its rules say", async () => {
  assertEquals(await answerOf([refuse], { command: after }), plain);
});

Deno.test("the answer follows the file's nextCode", async () => {
  const answer = await answerOf([], { settings: { server: { nextCode: "documented" } } });
  assertEquals(JSON.parse(answer!).nextCode, "");
});

Deno.test("a command may be named by an alias", async () => {
  const { output } = await simulated([], { command: "callbackOldSimulated" });
  assertStringIncludes(output, `${after} (after)`);
});

Deno.test("a forward is printed and reaches no target", async () => {
  await using target = startTarget();
  const { output } = await simulated([{ use: "forward", to: "analytics", body: "sendID" }], {
    url: target.url,
  });
  assertStringIncludes(output, 'would deliver: 4 bytes to analytics: "u1"');
  assertEquals(target.received, []);
});

Deno.test("a forward that waits is printed and reaches no target", async () => {
  await using target = startTarget();
  const rules = [{ use: "forward", to: "analytics", wait: true, body: "sendID" }];
  const { output } = await simulated(rules, { url: target.url });
  assertStringIncludes(output, 'would post and wait: 4 bytes to analytics: "u1"');
  assertEquals(target.received, []);
});

Deno.test("a log line is printed and written nowhere else", async () => {
  const { output } = await simulated([{ use: "log", message: "hello", fields: ["sendID"] }]);
  assertStringIncludes(output, "would log (info): hello ");
  assertStringIncludes(output, '"sendID":"u1"');
});

Deno.test("nothing is stored, not even an empty outbox", async () => {
  const { files } = await simulated([{ use: "forward", to: "analytics" }]);
  assertEquals(files, ["own", "rules.json"]);
});

Deno.test("without a body the plugin's sample is simulated", async () => {
  const { output } = await simulated([{ use: "log", fields: ["receiveID"] }]);
  assertStringIncludes(output, '"receiveID":"u2"');
});

Deno.test("a body of one's own is simulated", async () => {
  const body = '{"sendID":"u7","receiveID":"u8","unreadMsgNum":9007199254740993}';
  const { output } = await simulated([{ use: "forward", to: "analytics" }], { body });
  assertStringIncludes(output, body);
});

Deno.test("a body that the command does not take is a RequestError", async () => {
  await assertRejects(() => simulated([], { body: '{"sendID":5}' }), RequestError, "sendID");
});

Deno.test("a command that is not known is a RequestError", async () => {
  const rules = join(root, "rules.json");
  const command = "callbackUnknownCommand";
  await assertRejects(
    () => simulate({ command, rules }, recordedTerminal()),
    RequestError,
    command,
  );
});

Deno.test("a bad rules file is a ConfigError", async () => {
  await assertRejects(() => simulated([{ use: "logg" }]), ConfigError, 'unknown rule "logg"');
});

const beyondDouble = '{"sendID":"u1","receiveID":"u2","unreadMsgNum":9007199254740993}';

Deno.test("a log line is printed with every digit of an int64", async () => {
  const rules = [{ use: "log", fields: ["unreadMsgNum"] }];
  const { output } = await simulated(rules, { body: beyondDouble });
  assertMatch(output, /^would log .*"unreadMsgNum":9007199254740993\b/m);
});

Deno.test("an override of an int64 is printed, and answered, with every digit", async () => {
  const rules = [{ use: "override", set: { unreadMsgNum: "unreadMsgNum + 2" } }];
  const { output } = await simulated(rules, { body: beyondDouble });
  assertStringIncludes(output, 'override {"unreadMsgNum":9007199254740995}');
  assertMatch(output, /^answer: .*"unreadMsgNum":9007199254740995\}$/m);
});

Deno.test("what a simulation would do is printed without the values of variables", async () => {
  const variable = "ROUTER_SIMULATE_TEST_KEY";
  Deno.env.set(variable, 'hunter "2"');
  try {
    const { output } = await simulated([
      { use: "forward", to: "analytics", body: `{'key': '\${${variable}}'}` },
      { use: "log", message: `the key is \${${variable}}` },
    ]);
    assertStringIncludes(output, `{"key":"\${${variable}}"}`);
    assertStringIncludes(output, `the key is \${${variable}}`);
    assertEquals(output.includes("hunter"), false);
  } finally {
    Deno.env.delete(variable);
  }
});
