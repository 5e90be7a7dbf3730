import { assertEquals } from "@std/assert";
import { chainOf, groupRead, rulesProject } from "../rules_project.ts";

const log = { use: "log" };
const place = `callbacks.${groupRead}`;

/** What is wrong with a file, without its lines and columns. */
async function problemsOf(rules: object): Promise<readonly string[]> {
  await using project = await rulesProject(rules);
  return (await project.problems()).map((line) => line.slice(line.indexOf(" ") + 1));
}

/** The links of the group-read chain. */
async function linksOf(rules: object): Promise<readonly string[]> {
  await using project = await rulesProject(rules);
  const { chains } = await project.load();
  return chains.get(groupRead)!.links.map(({ name }) => name);
}

Deno.test("a group's rules and its else stand in the chain under their places", async () => {
  const group = { when: "unreadMsgNum > 0", rules: [log, log], else: [log] };
  assertEquals(await linksOf(chainOf(groupRead, [log, group, log])), [
    `${groupRead}[0] log`,
    `${groupRead}[1][0] log`,
    `${groupRead}[1][1] log`,
    `${groupRead}[1].else[0] log`,
    `${groupRead}[2] log`,
  ]);
});

Deno.test("a named chain's rules stand where it is used, as often as it is used", async () => {
  const rules = {
    chains: { audit: [log, { use: "count", name: "reads" }] },
    ...chainOf(groupRead, [{ use: "chain", chain: "audit" }, log, {
      use: "chain",
      chain: "audit",
    }]),
  };
  assertEquals(await linksOf(rules), [
    "audit[0] log",
    "audit[1] count",
    `${groupRead}[1] log`,
    "audit[0] log",
    "audit[1] count",
  ]);
});

Deno.test("what a named chain's rules find out is visible after it", async () => {
  const rules = {
    chains: { counting: [{ use: "count", name: "reads" }] },
    ...chainOf(groupRead, [
      { use: "chain", chain: "counting" },
      { use: "log", when: "counts.reads['1m'] > 1" },
    ]),
  };
  assertEquals(await problemsOf(rules), []);
});

Deno.test("a chain that is not there is an error with the near name", async () => {
  const rules = {
    chains: { moderation: [log] },
    ...chainOf(groupRead, [{ use: "chain", chain: "moderaton" }]),
  };
  assertEquals(await problemsOf(rules), [
    `${place}.rules[0].chain: there is no chain "moderaton", did you mean "moderation"?`,
  ]);
});

Deno.test("chains that use each other in a circle are an error that shows the circle", async () => {
  const rules = {
    chains: {
      one: [{ use: "chain", chain: "two" }],
      two: [log, { when: "true", rules: [{ use: "chain", chain: "one" }] }],
    },
    ...chainOf(groupRead, [{ use: "chain", chain: "one" }]),
  };
  assertEquals(await problemsOf(rules), [
    'chains.two[1].rules[0].chain: the chain "one" would run without end: one > two > one',
  ]);
});

Deno.test("a wrong field in a named chain is told with the command and the reason", async () => {
  const rules = {
    chains: { audit: [{ use: "log", fields: ["sendId"] }] },
    ...chainOf(groupRead, [{ use: "chain", chain: "audit" }]),
  };
  assertEquals(await problemsOf(rules), [
    'chains.audit[0].fields[0]: unknown field "sendId", did you mean "sendID"? ' +
    `(for ${groupRead}: the chain "audit" is used for it)`,
  ]);
});

Deno.test("everything that is wrong in a group is told at its place", async () => {
  const group = {
    when: "unreadMsgNm > 0",
    rules: [{ use: "logg" }],
    else: [{ use: "log", when: "sendId == ''" }],
  };
  assertEquals(await problemsOf(chainOf(groupRead, [group])), [
    `${place}.rules[0].when: unknown field "unreadMsgNm", did you mean "unreadMsgNum"?`,
    `${place}.rules[0].rules[0].use: unknown rule "logg", did you mean "log"?`,
    `${place}.rules[0].else[0].when: unknown field "sendId", did you mean "sendID"?`,
  ]);
});

Deno.test("a group without a condition, or with a field that it does not have, is an error", async () => {
  assertEquals(await problemsOf(chainOf(groupRead, [{ rules: [log] }])), [
    `${place}.rules[0].when: is missing; expected string`,
  ]);
  const group = { when: "true", rules: [log], esle: [log] };
  assertEquals(await problemsOf(chainOf(groupRead, [group])), [
    `${place}.rules[0].esle: unknown field "esle", did you mean "else"?`,
  ]);
});

Deno.test("a chain that nothing uses is a warning", async () => {
  await using project = await rulesProject({ chains: { audit: [{ use: "logg" }] } });
  const { warnings } = await project.load();
  assertEquals(warnings.map(({ path, message }) => [path, message]), [
    ["chains.audit", "no chain uses it, so its rules are not checked"],
  ]);
});

Deno.test("shared chains run before a command's own, the general before the particular", async () => {
  const rules = {
    callbacks: {
      [groupRead]: { rules: [log] },
      "message/*": { rules: [log] },
      "after:*": { rules: [log] },
      "*": { rules: [log] },
      "before:*": { rules: [log] },
    },
  };
  assertEquals(await linksOf(rules), [
    "*[0] log",
    "after:*[0] log",
    "message/*[0] log",
    `${groupRead}[0] log`,
  ]);
});

Deno.test("a name for commands that are not there is an error with the near name", async () => {
  const callbacks = { "mesage/*": {}, "befor:*": {}, "nothing/at/all*": {} };
  const problems = await problemsOf({ callbacks });
  assertEquals(problems.slice(0, 2), [
    'callbacks["mesage/*"]: "mesage/*" stands for no commands, did you mean "message/*"?',
    'callbacks["befor:*"]: "befor:*" stands for no commands, did you mean "before:*"?',
  ]);
  assertEquals(problems[2]?.includes('known are "*", "before:*", "after:*"'), true, problems[2]);
});
