import {
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { check } from "../../src/cli/check.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import { RulesTestError } from "../../src/config/rule_tests/run_rules_tests.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const groupRead = "callbackAfterGroupMsgReadCommand";

async function checked(rules: object) {
  await using folder = await tempFolder();
  const terminal = recordedTerminal();
  const file = await folder.write("rules.json", JSON.stringify(rules));
  await check(file, terminal);
  return { file, output: terminal.output, errors: terminal.errors };
}

/** The line of an output that starts with a word, with single spaces. */
const lineOf = (output: string, word: string) =>
  output.split("\n").find((line) => line.startsWith(word))?.replace(/ {2,}/g, " ");

Deno.test("a file in order is said to be in order", async () => {
  const { file, output, errors } = await checked({});
  assertStringIncludes(output, `${file} is in order.`);
  assertEquals(errors, "");
});

Deno.test("the summary says where the router listens and where it stores", async () => {
  const { output } = await checked({
    server: { listen: "127.0.0.1:7777" },
    store: { path: "data/x.sqlite", durability: "process" },
  });
  assertEquals(lineOf(output, "listens on"), "listens on 127.0.0.1:7777");
  assertEquals(lineOf(output, "outbox"), "outbox data/x.sqlite (durability: process)");
});

Deno.test("the summary says how many commands are known", async () => {
  assertMatch(
    (await checked({})).output,
    /^plugins +\d+ commands known, the router's own from \//m,
  );
});

Deno.test("the summary shows a chain's rules in order, its budget and its onError", async () => {
  const { output } = await checked({
    callbacks: {
      "*": { rules: [{ use: "log" }] },
      [groupRead]: { budget: "250ms", rules: [{ use: "count", name: "reads" }] },
    },
  });
  assertEquals(
    lineOf(output, groupRead),
    `${groupRead} after 250 ms continue *[0] log > ${groupRead}[0] count`,
  );
});

Deno.test("the summary shows a target", async () => {
  const { output } = await checked({
    targets: { analytics: { url: "https://a.example.com/x", timeout: "3s", concurrency: 2 } },
  });
  assertEquals(lineOf(output, "analytics"), "analytics https://a.example.com/*** 3s 2 8");
});

Deno.test("the summary shows a target's scheme, host and port and nothing else of its URL", async () => {
  const { output } = await checked({
    targets: {
      analytics: { url: "https://router:hunter2@a.example.com:8443/services/T0/s3cret?by=a@b" },
    },
  });
  assertEquals(lineOf(output, "analytics"), "analytics https://a.example.com:8443/*** 15s 8 8");
});

Deno.test("the summary shows no secret of a target", async () => {
  const { output } = await checked({
    targets: {
      signed: { url: "https://a.example.com/x", secrets: ["whsec_aHVzaA==", "hush"] },
      proven: {
        url: "https://b.example.com/x",
        auth: { basic: { user: "hush", password: "hush" } },
      },
    },
  });
  assertStringIncludes(output, "https://b.example.com/***");
  assertEquals(/hush|aHVzaA/.exec(output), null);
});

Deno.test("a file without chains and targets is said to have none", async () => {
  const { output } = await checked({});
  assertStringIncludes(output, "no chains: every callback is answered with a plain continue");
  assertStringIncludes(output, "no targets");
});

Deno.test("a warning is written to standard error and the file is still in order", async () => {
  const { file, output, errors } = await checked({ server: { nextCode: "documented" } });
  assertStringIncludes(errors, `warning: ${file}:1:23 server.nextCode: "documented" answers`);
  assertStringIncludes(output, "is in order.");
});

Deno.test("a file with problems throws all of them and prints nothing", async () => {
  await using folder = await tempFolder();
  const terminal = recordedTerminal();
  const file = await folder.write("rules.json", '{"callbacks": {"a": {}, "b": {}}}');
  const error = await assertRejects(() => check(file, terminal), ConfigError);
  assertEquals(error.problems.length, 2);
  assertEquals([terminal.output, terminal.errors], ["", ""]);
});

Deno.test("a file that names itself in a problem is named as the user named it", async () => {
  const error = await assertRejects(
    () => check("nowhere/rules.json", recordedTerminal()),
    ConfigError,
  );
  assertStringIncludes(error.message, "nowhere/rules.json:1:1 there is no such file");
});

Deno.test("what the environment fills into a target's URL is not printed", async () => {
  const variable = "ROUTER_CHECK_TEST_TOKEN";
  Deno.env.set(variable, "hunter2");
  try {
    const { output, errors } = await checked({
      targets: { analytics: { url: `https://\${${variable}}.example.com/x` } },
    });
    assertEquals(
      lineOf(output, "analytics")?.split(" ")[1],
      `https://\${${variable}}.example.com/***`,
    );
    assertFalse(`${output}${errors}`.includes("hunter2"));
  } finally {
    Deno.env.delete(variable);
  }
});

Deno.test("a failed test of the rules quotes no variable's value", async () => {
  const variable = "ROUTER_CHECK_TEST_WORD";
  Deno.env.set(variable, "hunter2");
  try {
    const command = "callbackBeforeSendSingleMsgCommand";
    const rules = [{ use: "refuse", message: `say \${${variable}}` }];
    const failing = checked({
      callbacks: { [command]: { rules } },
      tests: [{ name: "it passes", command, expect: { answer: "continue" } }],
    });
    const { message } = await assertRejects(() => failing, RulesTestError);
    assertStringIncludes(message, `say \${${variable}}`);
    assertFalse(message.includes("hunter2"));
  } finally {
    Deno.env.delete(variable);
  }
});
