import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../../src/config/source/config_error.ts";
import { besideRules } from "../../../src/config/load/load_rules.ts";
import {
  beforeSend,
  chainOf,
  groupRead,
  groupReadAlias,
  type ProjectOptions,
  rulesProject,
} from "../rules_project.ts";

async function problemsOf(rules: string | object, options?: ProjectOptions) {
  await using project = await rulesProject(rules, options);
  return await project.problems();
}

async function warningsOf(rules: object) {
  await using project = await rulesProject(rules);
  return await project.warnings();
}

Deno.test("a misspelt field is an error with its line and column", async () => {
  const rules = `{
  "callbacks": {
    "${groupRead}": {
      "rules": [
        { "use": "log" },
        {
          "use": "count",
          "name": "reads",
          "key": "recieveID" }] } } }`;
  assertEquals(await problemsOf(rules), [
    `rules.json:9:18 callbacks.${groupRead}.rules[1].key: ` +
    'unknown field "recieveID", did you mean "receiveID"?',
  ]);
});

Deno.test("the column of a misspelt field is inside its expression", async () => {
  const rules = `{"callbacks": {"${groupRead}": {"rules": [
    {"use": "log",
     "when": "sendID == 'u1' && recieveID == 'u2'"}]}}}`;
  const [problem] = await problemsOf(rules);
  assertStringIncludes(problem!, "rules.json:3:33 callbacks.");
});

Deno.test("escapes before a misspelt field move its column as they are written", async () => {
  const rules = `{"callbacks": {"${groupRead}": {"rules": [
    {"use": "log",
     "when": "sendID == \\"\\u0041\\" && recieveID == 'u2'"}]}}}`;
  const [problem] = await problemsOf(rules);
  assertStringIncludes(problem!, "rules.json:3:39 callbacks.");
});

Deno.test("every problem of a file is found at once, in the order of the file", async () => {
  const problems = await problemsOf(`{
  "callbacks": {
    "${groupRead}": { "onError": "refuse", "rules": [
      { "use": "logg" },
      { "use": "forward", "to": "analitics" },
      { "use": "log", "levle": "info" },
      { "use": "log", "when": "sendId == 'u1'" }
    ] },
    "callbackUnknownCommand": {}
  },
  "targets": { "analytics": { "url": "https://analytics.example.com" } }
}`);
  const places = problems.map((line) => line.split(" ")[0]);
  assertEquals(
    places,
    [
      "rules.json:3:54",
      "rules.json:4:16",
      "rules.json:5:33",
      "rules.json:6:23",
      "rules.json:7:31",
      "rules.json:9:5",
    ],
  );
});

Deno.test("an unknown kind of rule is told which are near", async () => {
  assertEquals(
    (await problemsOf(chainOf(groupRead, [{ use: "cuont" }])))[0]?.split(": ")[1],
    'unknown rule "cuont", did you mean "count"?',
  );
});

Deno.test("an unknown kind of rule that is near to none is told which there are", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [{ use: "transform" }]));
  assertStringIncludes(
    problem!,
    'unknown rule "transform"; known rules: log, count, forward, refuse, override',
  );
});

Deno.test("an unknown option is told which is near", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [{ use: "log", mesage: "hello" }]));
  assertStringIncludes(
    problem!,
    `${groupRead}.rules[0].mesage: unknown field "mesage", did you mean "message"?`,
  );
});

Deno.test("an unknown target is told which is near", async () => {
  const [problem] = await problemsOf({
    targets: { analytics: { url: "https://analytics.example.com" } },
    ...chainOf(groupRead, [{ use: "forward", to: "analitics" }]),
  });
  assertStringIncludes(
    problem!,
    'rules[0].to: unknown target "analitics", did you mean "analytics"?',
  );
});

Deno.test("an unknown target where there is none is told where to name it", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [{ use: "forward", to: "analytics" }]));
  assertStringIncludes(problem!, 'unknown target "analytics"; name it under "targets"');
});

Deno.test("a target's header that HTTP does not allow is an error", async () => {
  const headers = { "bad name": "a", "x-team": "growth\r\nx-other: b", "x-ok": "a b" };
  const problems = await problemsOf({ targets: { a: { url: "http://a.example", headers } } });
  assertEquals(problems.map((line) => line.slice(line.indexOf(" ") + 1)), [
    'targets.a.headers["bad name"]: the name is not allowed: not a header name',
    "targets.a.headers.x-team: not a header value: expected one line of ASCII",
  ]);
});

Deno.test("an unknown command is told which is near", async () => {
  const misspelt = groupRead.replace("Read", "Raed");
  const [problem] = await problemsOf(chainOf(misspelt, []));
  assertStringIncludes(
    problem!,
    `callbacks.${misspelt}: unknown command "${misspelt}", did you mean "${groupRead}"?`,
  );
});

Deno.test("an unknown command that is near to none is told how to list them", async () => {
  const [problem] = await problemsOf(chainOf("onlogin", []));
  assertStringIncludes(
    problem!,
    'unknown command "onlogin"; "deno task plugins" lists the commands',
  );
});

Deno.test("a missing environment variable is an error with its place in the string", async () => {
  assertEquals(
    await problemsOf('{"store": {"path": "data/${OUTBOX}"}}'),
    [
      "rules.json:1:26 store.path: the environment variable OUTBOX is not set; set it, or give " +
      "a default: ${OUTBOX:-default}",
    ],
  );
});

Deno.test("the environment is filled in before the file is checked", async () => {
  await using project = await rulesProject(
    '{"server": {"listen": "${HOST}:${PORT:-81}", "insecure": true}}',
    {
      environment: { HOST: "im.example.com" },
    },
  );
  assertEquals((await project.load()).settings.server.listen, "im.example.com:81");
});

Deno.test("broken JSON is an error with its place", async () => {
  assertEquals(await problemsOf('{\n  "server": {}\n  "log": {}\n}'), [
    "rules.json:3:3 broken JSON: comma expected",
  ]);
});

Deno.test("a chain that is given twice is an error", async () => {
  const twice = `{"callbacks": {\n"${groupRead}": {},\n"${groupRead}": {}}}`;
  assertEquals(await problemsOf(twice), [
    `rules.json:3:1 callbacks.${groupRead}: "${groupRead}" is given twice; keep one of them`,
  ]);
});

Deno.test("a value of the wrong type is told what was expected", async () => {
  assertEquals(await problemsOf('{"server": {"listen": 10006}}'), [
    'rules.json:1:23 server.listen: expected host:port, such as "127.0.0.1:10006" or "[::1]:10006"',
  ]);
});

Deno.test("a file that is no object is told so", async () => {
  assertEquals(await problemsOf("[]"), ["rules.json:1:1 expected object, got array"]);
});

Deno.test("an after-callback's chain cannot refuse on errors", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [], { onError: "refuse" }));
  assertStringIncludes(
    problem!,
    `${groupRead}.onError: ${groupRead} is an after-callback, which cannot be refused; ` +
      'write "continue" or leave it out',
  );
});

Deno.test("two names of one command cannot both have a chain", async () => {
  const [problem, ...others] = await problemsOf({
    callbacks: { [groupRead]: {}, [groupReadAlias]: {} },
  });
  assertStringIncludes(
    problem!,
    `callbacks.${groupReadAlias}: "${groupReadAlias}" and "${groupRead}" name the same command; ` +
      "keep one chain",
  );
  assertEquals(others, []);
});

Deno.test("a file that is not there is told so", async () => {
  await using project = await rulesProject({});
  await Deno.remove(project.file);
  assertEquals(await project.problems(), [
    "rules.json:1:1 there is no such file; name one, or start from the router's own rules.json",
  ]);
});

Deno.test("a folder in place of the file is told so", async () => {
  await using project = await rulesProject({});
  await Deno.remove(project.file);
  await Deno.mkdir(project.file);
  assertEquals(await project.problems(), [
    "rules.json:1:1 is a folder; name the rules file in it",
  ]);
});

Deno.test("a bad file is one ConfigError that says all of it", async () => {
  await using project = await rulesProject({ servr: {}, lgo: {} });
  const error = await assertRejects(() => project.load(), ConfigError);
  assertEquals(error.problems.length, 2);
  assertEquals(error.message.split("\n").length, 2);
});

Deno.test("a rule in a general chain names the command that it does not fit", async () => {
  const rules = chainOf("*", [{ use: "log", fields: ["sendID", "nowhere"] }]);
  const problems = await problemsOf(rules);
  assertEquals(problems.length, 1);
  assertStringIncludes(
    problems[0]!,
    'callbacks.*.rules[0].fields[1]: unknown field "nowhere"; known here: ',
  );
  assertStringIncludes(problems[0]!, '"*" runs for it)');
});

Deno.test("a refusal in an after-chain is warned of", async () => {
  assertEquals(
    await warningsOf(chainOf(groupRead, [{ use: "refuse", message: "no" }])),
    [
      `rules.json:1:67 callbacks.${groupRead}.rules[0].use: "refuse" does nothing here: ` +
      `${groupRead} is an after-callback, which OpenIM does not wait for`,
    ],
  );
});

Deno.test("a refusal in a before-chain is not warned of", async () => {
  assertEquals(await warningsOf(chainOf(beforeSend, [{ use: "refuse", message: "no" }])), []);
});

Deno.test("a refusal on errors in the general chain is warned of once", async () => {
  const [warning, ...others] = await warningsOf(chainOf("*", [], { onError: "refuse" }));
  assertStringIncludes(
    warning!,
    'callbacks.*.onError: "refuse" is for before-callbacks; after-callbacks continue',
  );
  assertEquals(others, []);
});

Deno.test("the documented nextCode is warned of", async () => {
  const [warning] = await warningsOf({ server: { nextCode: "documented" } });
  assertStringIncludes(warning!, 'rules.json:1:23 server.nextCode: "documented" answers with text');
});

Deno.test("an empty file object is in order and has a chain for every command", async () => {
  await using project = await rulesProject({});
  const rules = await project.load();
  assertEquals([...rules.chains.keys()].sort(), [groupRead, beforeSend].sort());
  assert([...rules.chains.values()].every(({ links }) => links.length === 0));
});

Deno.test("a path in the rules file is relative to the rules file", () => {
  assertEquals(
    besideRules("/etc/router/rules.json", "data/outbox.sqlite"),
    "/etc/router/data/outbox.sqlite",
  );
  assertEquals(besideRules("/etc/router/rules.json", "/var/outbox.sqlite"), "/var/outbox.sqlite");
});

Deno.test("a nextCode as text is warned of only where the version decodes numbers alone", async () => {
  for (
    const [version, warned] of [["3.4.0", 0], ["2.3.3", 0], ["3.4.2", 1], ["main", 1]] as const
  ) {
    const server = { nextCode: "documented" };
    await using project = await rulesProject({ server, openim: { version } });
    assertEquals((await project.warnings()).length, warned, version);
  }
});

const hook = "https://chat.example/services/T0-secret-path";

for (
  const [where, rules] of Object.entries({
    "a rule's kind": chainOf(groupRead, [{ use: hook }]),
    "the name of a target": { targets: { [hook]: { url: 5 } }, callbacks: {} },
  })
) {
  Deno.test(`a URL in place of ${where} is named without its path`, async () => {
    const told = (await problemsOf(rules)).join("\n");
    assertEquals(told.includes("secret-path"), false, told);
    assert(told.length > 0);
  });
}
