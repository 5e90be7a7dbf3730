import { assertEquals } from "@std/assert";
import { beforeSend, groupRead, rulesProject } from "./rules_project.ts";

const forward = { use: "forward", to: "analytics" };
const rulesWith = (order: string) =>
  `{
  "targets": {
    "analytics": {
      "url": "https://analytics.example.com",
      "order": ${JSON.stringify(order)}
    }
  },
  "callbacks": {
    "${groupRead}": { "rules": [${JSON.stringify(forward)}] },
    "${beforeSend}": { "rules": [{ "use": "log" }] }
  }
}`;

async function problemsOf(order: string) {
  await using project = await rulesProject(rulesWith(order));
  return await project.problems();
}

Deno.test("an order with a misspelt field is told with its line and the command forwarded", async () => {
  assertEquals(await problemsOf("sendID + recieveID"), [
    'rules.json:5:26 targets.analytics.order: unknown field "recieveID", did you mean ' +
    `"receiveID"? (for ${groupRead}, forwarded to it)`,
  ]);
});

Deno.test("an order that is no expression is told", async () => {
  const [problem] = await problemsOf("sendID +");
  assertEquals(problem?.startsWith("rules.json:5:"), true);
});

Deno.test("an order that fits is no problem", async () => {
  assertEquals(await problemsOf("sendID"), []);
});
