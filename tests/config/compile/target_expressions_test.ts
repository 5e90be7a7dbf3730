import { assertEquals } from "@std/assert";
import { beforeSend, groupRead, rulesProject } from "../rules_project.ts";

const rulesWith = (option: string, rule: object = {}) =>
  `{
  "targets": {
    "analytics": {
      "url": "https://analytics.example.com",
      ${option}
    }
  },
  "callbacks": {
    "${groupRead}": { "rules": [${JSON.stringify({ use: "forward", to: "analytics", ...rule })}] },
    "${beforeSend}": { "rules": [{ "use": "log" }] }
  }
}`;

async function problemsOf(option: string, rule?: object) {
  await using project = await rulesProject(rulesWith(option, rule));
  return await project.problems();
}

const order = (source: string) => `"order": ${JSON.stringify(source)}`;
const shape = (source: string) => `"body": { "shape": ${JSON.stringify(source)} }`;

Deno.test("an order with a misspelt field is told with its line and the command forwarded", async () => {
  assertEquals(await problemsOf(order("sendID + recieveID")), [
    'rules.json:5:26 targets.analytics.order: unknown field "recieveID", did you mean ' +
    `"receiveID"? (for ${groupRead}, forwarded to it)`,
  ]);
});

Deno.test("an order that is no expression is told", async () => {
  const [problem] = await problemsOf(order("sendID +"));
  assertEquals(problem?.startsWith("rules.json:5:"), true);
});

Deno.test("an order that fits is no problem", async () => {
  assertEquals(await problemsOf(order("sendID")), []);
});

Deno.test("a shape with a misspelt field is told with its line and the command forwarded", async () => {
  assertEquals(await problemsOf(shape("{'user': recieveID}")), [
    'rules.json:5:36 targets.analytics.body.shape: unknown field "recieveID", did you mean ' +
    `"receiveID"? (for ${groupRead}, forwarded to it)`,
  ]);
});

Deno.test("a shape cannot tell what a rule found out, since every rule may forward to it", async () => {
  const [problem] = await problemsOf(shape("{'reads': counts.reads['1m']}"));
  assertEquals(problem?.startsWith("rules.json:5:"), true);
});

Deno.test("a shape that fits is no problem", async () => {
  assertEquals(await problemsOf(shape("{'user': sendID, 'at': receivedAt}")), []);
});

Deno.test("a shape is not checked against what a rule gives a body of its own", async () => {
  assertEquals(await problemsOf(shape("{'group': groupID}"), { body: "sendID" }), []);
});

Deno.test("a body that is no form of one is told with its place", async () => {
  for (const body of ['"whole"', '{ "shape": "" }', "{}", '{ "shape": "sendID", "of": 1 }']) {
    const problems = await problemsOf(`"body": ${body}`);
    assertEquals(problems.length > 0, true, body);
    for (const problem of problems) {
      assertEquals(problem.startsWith("rules.json:5:"), true, problem);
    }
  }
});
