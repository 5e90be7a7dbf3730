import { assertEquals } from "@std/assert";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { chainOf, groupRead, type ProjectOptions, rulesProject } from "./rules_project.ts";

async function problemsOf(rules: string | object, options?: ProjectOptions) {
  await using project = await rulesProject(rules, options);
  return await project.problems();
}

/** The paths of what is wrong with a file, in the order in which it is told. */
async function placesOf(rules: string | object, options?: ProjectOptions) {
  return (await problemsOf(rules, options)).map((line) => line.split(" ")[1]?.replace(/:$/, ""));
}

const chain = `callbacks.${groupRead}`;

Deno.test("broken sections and broken rules are told together, in the order of the file", async () => {
  const places = await placesOf(`{
  "server": { "listen": 5 },
  "targets": { "analytics": { "url": "ftp://analytics.example.com" } },
  "callbacks": {
    "${groupRead}": { "rules": [
      { "use": 7 },
      { "use": "count", "name": "reads", "key": "sendId", "by": "unreadMsgNm" },
      { "use": "forward", "to": "analytics", "body": "recieveID", "when": "sendId" },
      { "use": "forward", "to": "elsewhere" }
    ] }
  },
  "log": { "level": "loud" }
}`);
  assertEquals(places, [
    "server.listen",
    "targets.analytics.url",
    `${chain}.rules[0].use`,
    `${chain}.rules[1].key`,
    `${chain}.rules[1].by`,
    `${chain}.rules[2].body`,
    `${chain}.rules[2].when`,
    `${chain}.rules[3].to`,
    "log.level",
  ]);
});

Deno.test("wrong expressions in several fields of one rule are told together", async () => {
  const rules = [{ use: "log", when: "sendId == 'u1'", fields: ["sendID", "sendId", "recieveID"] }];
  assertEquals(await placesOf(chainOf(groupRead, rules)), [
    `${chain}.rules[0].when`,
    `${chain}.rules[0].fields[1]`,
    `${chain}.rules[0].fields[2]`,
  ]);
});

Deno.test("a target that is not in order is a known target all the same", async () => {
  const rules = {
    targets: { a: { url: 5 } },
    ...chainOf(groupRead, [{ use: "forward", to: "a" }]),
  };
  assertEquals(await placesOf(rules), ["targets.a.url"]);
});

Deno.test("a kind of rule that is no text is told which kinds there are", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [{ use: 7 }]));
  assertEquals(
    problem?.split(": ").slice(1).join(": "),
    `name the kind of rule; known rules: ${ruleDefinitions.map(({ use }) => use).join(", ")}`,
  );
});

Deno.test("plugins that cannot be loaded hide the chains, but no section", async () => {
  const places = await placesOf({
    plugins: { folders: ["nowhere"] },
    server: { listen: 5 },
    ...chainOf(groupRead, [{ use: "logg" }]),
  });
  assertEquals(places, ["plugins", "server.listen"]);
});

Deno.test("broken syntax and names that are given twice stand in the order of the file", async () => {
  assertEquals(await problemsOf('{\n"server": {},\n"server": {},\n"log": {}\n"store": {}\n}'), [
    'rules.json:3:1 server: "server" is given twice; keep one of them',
    "rules.json:5:1 broken JSON: comma expected",
  ]);
});

for (
  const [section, rules] of Object.entries({
    "server.listen": { server: { listen: "${NOWHERE}" } },
    "targets.a.url": { targets: { a: { url: "${NOWHERE}" } } },
    "targets.a.timeout": { targets: { a: { url: "http://a.example", timeout: "${NOWHERE}" } } },
  })
) {
  Deno.test(`a variable that is missing at ${section} is the only problem there`, async () => {
    const problems = await problemsOf(rules);
    assertEquals(problems.map((line) => line.includes("NOWHERE is not set")), [true]);
  });
}

Deno.test("a target without a url is told that it is missing", async () => {
  assertEquals(await problemsOf({ targets: { a: {} } }), [
    "rules.json:1:17 targets.a.url: is missing; expected string",
  ]);
});

for (
  const [place, rules] of Object.entries({
    "server.stopWithin": { server: { stopWithin: "25d" } },
    "targets.a.timeout": { targets: { a: { url: "http://a.example", timeout: "25d" } } },
    [`${chain}.budget`]: chainOf(groupRead, [], { budget: "25d" }),
  })
) {
  Deno.test(`${place} cannot be longer than a timer waits`, async () => {
    const problems = await problemsOf(rules);
    assertEquals(problems.map((line) => line.split(" ").slice(1).join(" ")), [
      `${place}: expected at most "24d"`,
    ]);
  });
}

Deno.test("a counter's window may be longer than a timer waits", async () => {
  const rules = [{ use: "count", name: "reads", windows: ["30d"] }];
  assertEquals(await problemsOf(chainOf(groupRead, rules)), []);
});

Deno.test("a misspelt field after a variable has the column at which it is written", async () => {
  const when = "sendID == '${ME}' && recieveID == 'u2'";
  const text = `{"callbacks": {"${groupRead}": {"rules": [\n{"use": "log", "when": "${when}"}]}}}`;
  for (const ME of ["", "u1", "a-user-with-a-long-name"]) {
    const [problem] = await problemsOf(text, { environment: { ME } });
    const column = '{"use": "log", "when": "'.length + when.indexOf("recieveID") + 1;
    assertEquals(problem?.split(" ")[0], `rules.json:2:${column}`, ME);
  }
});
