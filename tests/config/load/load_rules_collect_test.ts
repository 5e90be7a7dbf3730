import { assertEquals } from "@std/assert";
import { ruleDefinitions } from "../../../src/rules/list.ts";
import {
  beforeSend,
  chainOf,
  groupRead,
  type ProjectOptions,
  rulesProject,
} from "../rules_project.ts";

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

for (const rule of [{}, { when: "sendID == ''" }, { use: 7 }, { use: null }, { use: "" }]) {
  Deno.test(`the rule ${JSON.stringify(rule)} is told which kinds there are, and nothing else`, async () => {
    const problems = await problemsOf(chainOf(groupRead, [rule]));
    const kinds = ruleDefinitions.map(({ use }) => use).join(", ");
    assertEquals(problems.map((line) => line.slice(line.indexOf(" ") + 1)), [
      `${chain}.rules[0].use: name the kind of rule; known rules: ${kinds}, chain; ` +
      'a group has "when" and "rules"',
    ]);
  });
}

Deno.test("plugins that cannot be loaded hide neither the chains nor a section", async () => {
  const places = await placesOf({
    plugins: { folders: ["nowhere"] },
    server: { listen: 5 },
    ...chainOf(groupRead, [{ use: "logg" }]),
  });
  assertEquals(places, ["plugins", "server.listen", `${chain}.rules[0].use`]);
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
    "plugins.folders[0]": { plugins: { folders: ["${NOWHERE}"] } },
    [`${chain}.budget`]: chainOf(groupRead, [], { budget: "${NOWHERE}" }),
    [`${chain}.rules[0].use`]: chainOf(groupRead, [{ use: "${NOWHERE}" }]),
    [`${chain}.rules[0].to`]: chainOf(groupRead, [{ use: "forward", to: "${NOWHERE}" }]),
    [`${chain}.rules[0].when`]: chainOf(groupRead, [{ use: "log", when: "sendID == ${NOWHERE}" }]),
    [`${chain}.rules[0].fields.who`]: chainOf(groupRead, [
      { use: "log", fields: { who: "${NOWHERE}" } },
    ]),
    [`*.rules[0].when`]: chainOf("*", [{ use: "log", when: "${NOWHERE} == ''" }]),
  })
) {
  Deno.test(`a variable that is missing at ${section} is the only problem there`, async () => {
    const problems = await problemsOf(rules);
    assertEquals(problems.map((line) => line.includes("NOWHERE is not set")), [true]);
  });
}

Deno.test("a missing variable does not hide that its rule's condition is wrong", async () => {
  const rules = [{ use: "forward", to: "${NOWHERE}", when: "sendId == ''" }];
  assertEquals(await placesOf(chainOf(groupRead, rules)), [
    `${chain}.rules[0].to`,
    `${chain}.rules[0].when`,
  ]);
});

Deno.test("a fault in one chain hides none in another, nor in the rest of its own", async () => {
  const places = await placesOf({
    targets: { "not a name": { url: "http://a.example" }, b: 5 },
    callbacks: {
      "*": null,
      [groupRead]: {
        budget: "soon",
        rules: [
          "log",
          { use: "log", when: "sendId == ''" },
          null,
          { use: "forward", to: "b" },
          { use: "logg" },
        ],
      },
      [beforeSend]: { rulse: [], rules: [{ use: "log", when: "sendId == ''" }] },
      callbackUnknownCommand: { budget: 5 },
    },
  });
  assertEquals(places, [
    'targets["not',
    "targets.b",
    "callbacks.*",
    `${chain}.budget`,
    `${chain}.rules[0]`,
    `${chain}.rules[1].when`,
    `${chain}.rules[2]`,
    `${chain}.rules[4].use`,
    `callbacks.${beforeSend}.rulse`,
    `callbacks.${beforeSend}.rules[0].when`,
    "callbacks.callbackUnknownCommand",
    "callbacks.callbackUnknownCommand.budget",
  ]);
});

for (
  const [what, broken, place] of [
    ["with a misspelt option", { use: "count", name: "reads", windws: ["1m"] }, "windws"],
    ["with a name that is missing", { use: "count", name: "${NOWHERE}" }, "name"],
    ["whose kind is misspelt", { use: "cuont", name: "reads" }, "use"],
  ] as const
) {
  Deno.test(`a counter ${what} is not held against the rules that read it`, async () => {
    const reading = { use: "log", when: "counts.reads['1m'] > 5 && counts.others['1m'] > 5" };
    const others = { use: "count", name: "others" };
    assertEquals(await placesOf(chainOf(groupRead, [broken, others, reading])), [
      `${chain}.rules[0].${place}`,
    ]);
  });
}

Deno.test("a broken rule that provides nothing hides no misspelt counter", async () => {
  const rules = [{ use: "log", levle: "info" }, { use: "log", when: "counts.reads['1m'] > 5" }];
  assertEquals(await placesOf(chainOf(groupRead, rules)), [
    `${chain}.rules[0].levle`,
    `${chain}.rules[1].when`,
  ]);
});

Deno.test("a rule that is no object is told what one looks like", async () => {
  const problems = await problemsOf(chainOf("*", ["log"]));
  assertEquals(problems.map((line) => line.slice(line.indexOf(" ") + 1)), [
    'callbacks.*.rules[0]: expected a rule, such as {"use": "log"}',
  ]);
});

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

for (const option of ["when", "to", "use"]) {
  Deno.test(`a variable of the environment that "${option}" lacks is told, and nothing besides`, async () => {
    const rule = { use: "forward", to: "a", [option]: "${NOPE}" };
    const rules = {
      targets: { a: { url: "http://a.example/" } },
      ...chainOf(groupRead, [rule]),
    };
    const problems = await problemsOf(rules);
    assertEquals(problems.length, 1, problems.join("\n"));
    assertEquals(problems[0]?.includes("the environment variable NOPE is not set"), true);
  });
}

Deno.test("a rule that does not say which kind it is is told which kinds there are", async () => {
  const [problem] = await problemsOf(chainOf(groupRead, [{ when: "true" }]));
  assertEquals(problem?.includes(`${chain}.rules[0]`), true, problem);
  assertEquals(problem?.includes("known rules: log, count"), true, problem);
});

Deno.test("a name that objects would lose without a word is told wherever it stands", async () => {
  const places = await placesOf(`{
  "targets": { "__proto__": { "url": "https://a.example", "headers": { "__proto__": "x" } } },
  "chains": { "__proto__": [{ "use": "log" }] },
  "callbacks": {
    "__proto__": { "rules": [] },
    "${beforeSend}": { "rules": [
      { "use": "override", "set": { "__proto__": "'x'", "content": "sendID" } }
    ] }
  },
  "tests": [
    { "name": "t", "command": "${beforeSend}", "body": { "a": { "__proto__": 1 } },
      "expect": { "answer": { "__proto__": 1 } } }
  ]
}`);
  assertEquals(places, [
    "targets.__proto__",
    "targets.__proto__.headers.__proto__",
    "chains.__proto__",
    "callbacks.__proto__",
    `callbacks.${beforeSend}.rules[0].set.__proto__`,
    "tests[0].body.a.__proto__",
    "tests[0].expect.answer.__proto__",
  ]);
});
