import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../support/server_process.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead, writeRules } from "../support/router_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A rules file, what is said of it, and where. */
const badFiles = [
  {
    what: "a misspelt field in when",
    text: `{
  "callbacks": {
    "${groupRead}": {
      "rules": [{ "use": "log", "when": "unreadMsgNum > 1 && recieveID == ''" }]
    }
  }
}`,
    says: `:4:62 callbacks.${groupRead}.rules[0].when: unknown field "recieveID", ` +
      'did you mean "receiveID"?',
  },
  {
    what: "an unknown rule",
    text: `{ "callbacks": { "*": { "rules": [{ "use": "fortward" }] } } }`,
    says: ':1:44 callbacks.*.rules[0].use: unknown rule "fortward", did you mean "forward"?',
  },
  {
    what: "a missing environment variable",
    text: `{
  "targets": { "a": { "url": "\${NO_SUCH_VARIABLE_HERE}" } }
}`,
    says: ":2:30 targets.a.url: the environment variable NO_SUCH_VARIABLE_HERE is not set; " +
      "set it, or give a default: ${NO_SUCH_VARIABLE_HERE:-default}",
  },
  {
    what: "broken JSON",
    text: `{
  "callbacks": {}
  "targets": {}
}`,
    says: ":3:3 broken JSON: comma expected",
  },
];

for (const [index, { what, text, says }] of badFiles.entries()) {
  const command = index % 2 === 0 ? "serve" : "check";
  Deno.test(`${command} says where ${what} stands and does not start`, async () => {
    await using folder = await tempFolder();
    const file = await folder.write("rules.json", text);
    const { code, out, err } = await runRouter([command, file]);
    assertEquals(code, 1);
    assertEquals(out, "");
    assertStringIncludes(err, `${file}${says}`);
    assertStringIncludes(err, "1 problem; nothing was started");
  });
}

Deno.test("--version prints the router's version, and Deno's", async () => {
  const { code, out } = await runRouter(["--version"]);
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  assertEquals([code, out.trim()], [0, `${version} (Deno ${Deno.version.deno})`]);
});

Deno.test("simulate shows the chain that serve runs, and delivers nothing", async () => {
  await using folder = await tempFolder();
  const file = await writeRules(folder, {
    targets: { analytics: { url: "http://127.0.0.1:9/", network: "private" } },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "log" },
          { use: "count", name: "reads", key: "sendID" },
          { use: "forward", to: "analytics", when: "counts.reads['1m'] == 1" },
        ],
      },
    },
  });
  const { code, out } = await runRouter([
    "simulate",
    "callbackGroupMsgReadCommand",
    "--rules",
    file,
  ]);
  assertEquals(code, 0);
  for (const [index, use] of ["log", "count", "forward"].entries()) {
    assertMatch(out, new RegExp(`${groupRead}\\[${index}\\] ${use} +pass +[\\d.]+ ms`));
  }
  assertMatch(out, /would deliver: \d+ bytes to analytics/);
  assertStringIncludes(out, 'answer: {"actionCode":0,"errCode":0,"errMsg":"Success"');
  const files = await Array.fromAsync(Deno.readDir(folder.path));
  assertEquals(files.map(({ name }) => name), ["rules.json"]);
});

Deno.test("simulate takes a body from standard input", async () => {
  const body = JSON.stringify({ sendID: "u7", receiveID: "u7", unreadMsgNum: "many" });
  const { code, err } = await runRouter(["simulate", groupRead, "--body", "-"], { input: body });
  assertEquals(code, 1);
  assertStringIncludes(err, "the callback would be turned away");
  assertStringIncludes(err, "unreadMsgNum");
});

Deno.test("check of the default rules prints what they do and exits with 0", async () => {
  const { code, out, err } = await runRouter(["check"]);
  assertEquals({ code, err }, { code: 0, err: "" });
  assertStringIncludes(out, "rules.json is in order.");
  assertMatch(out, new RegExp(`${groupRead} +after +4000 ms +continue`));
});

Deno.test("plugins lists the commands with their aliases", async () => {
  const { code, out } = await runRouter(["plugins"]);
  assertEquals(code, 0);
  assertMatch(
    out,
    new RegExp(`${groupRead} +after +v3.* afterGroupMsgRead\\n +or callbackGroupMsgReadCommand`),
  );
});

Deno.test("--help names every command", async () => {
  const { code, out } = await runRouter(["--help"]);
  assertEquals(code, 0);
  for (
    const name of ["serve", "check", "simulate", "plugins", "webhooks", "new-plugin", "deliveries"]
  ) {
    assertMatch(out, new RegExp(`^  ${name} `, "m"));
  }
});

Deno.test("an unknown option is refused with the way to the help", async () => {
  const { code, err } = await runRouter(["check", "--nope"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "unknown option '--nope'");
  assertStringIncludes(err, "--help");
});

Deno.test("a rules file that is not there is said with its name", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "absent.json");
  const { code, err } = await runRouter(["serve", file]);
  assertEquals(code, 1);
  assertStringIncludes(err, `${file}:1:1 there is no such file`);
});

Deno.test("a misspelt command is told which was meant", async () => {
  const { code, err } = await runRouter(["chek"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "unknown command 'chek'\n(Did you mean check?)");
});

Deno.test("a misspelt command with arguments is told which was meant", async () => {
  const { code, err } = await runRouter(["chek", "mine.json", "--pretty"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "unknown command 'chek'\n(Did you mean check?)");
});

Deno.test("serve takes one rules file", async () => {
  const { code, err } = await runRouter(["serve", "one.json", "two.json"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "error: expected one rules file, got 2: one.json, two.json");
});

Deno.test("output that is no longer read, as by head, ends a command without a word", async () => {
  const script = `"${Deno.execPath()}" run --allow-read --allow-env --quiet main.ts plugins | true`;
  const { stderr } = await new Deno.Command("sh", { args: ["-c", script], cwd: root }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
});

for (
  const [name, says] of [
    ["callbackNope", 'there is no plugin; "plugins" lists the commands'],
    ["callbackGroupMsgRead", 'did you mean "callbackGroupMsgReadCommand"?'],
  ] as const
) {
  Deno.test(`simulate says of ${name} what to do`, async () => {
    const { code, err } = await runRouter(["simulate", name]);
    assertEquals(code, 1);
    assertEquals(err.trimEnd().endsWith(says), true, err);
  });
}

Deno.test("simulate says of a body that cannot be read what to do", async () => {
  const { code, err } = await runRouter(["simulate", groupRead, "--body", "absent.json"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "the body absent.json cannot be read: ");
  assertStringIncludes(err, "or leave --body out for the sample");
});

for (
  const { what, rules, says } of [
    {
      what: "an address of another machine",
      rules: { server: { listen: "203.0.113.9:10006", insecure: true } },
      says: "server.listen: 203.0.113.9:10006: this machine has no such address",
    },
    {
      what: "an outbox in a folder that is a file",
      rules: { store: { path: "rules.json/outbox.sqlite" } },
      says: 'in place of "rules.json/outbox.sqlite"\n1 problem; nothing was started',
    },
    {
      what: "an outbox that is a folder",
      rules: { store: { path: "." } },
      says: "is a folder: name a file in it\n1 problem; nothing was started",
    },
  ]
) {
  Deno.test(`serve does not start with ${what}, and says what to do`, async () => {
    await using folder = await tempFolder();
    const { code, err } = await runRouter(["serve", await writeRules(folder, rules)]);
    assertEquals(code, 1);
    assertStringIncludes(err, says);
    assertEquals(err.includes("    at "), false, "a stack is not for operators");
  });
}
