import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeSend, groupRead, rulesProject } from "../rules_project.ts";

const environment = { KEY: "s3cret-key" };
const url = "https://a.example.com/";
const key = "{'key': '${KEY}'}";

/** The paths of what is warned of, for one rule and one target. */
async function warnedOf(rule: object, { target = {}, command = groupRead } = {}) {
  await using project = await rulesProject({
    targets: { a: { url, ...target } },
    callbacks: { [command]: { rules: [{ use: "forward", to: "a", ...rule }] } },
  }, { environment });
  const warnings = await project.warnings();
  for (const warning of warnings) {
    assertStringIncludes(warning, "${KEY} becomes part of what is stored");
    assertEquals(warning.includes("s3cret-key"), false);
  }
  return warnings.map((warning) => /^\S+ (\S+): /.exec(warning)![1]);
}

const at = `callbacks.${groupRead}.rules[0]`;

for (
  const [what, rule, target, expected] of [
    ["a rule's body", { body: key }, {}, [`${at}.body`]],
    ["a rule's headers", { headers: { "x-key": "${KEY}" } }, {}, [`${at}.headers.x-key`]],
    ["a target's shape", {}, { body: { shape: key } }, ["targets.a.body.shape"]],
    ["a target's order", {}, { order: "sendID + '${KEY}'" }, ["targets.a.order"]],
  ] as const
) {
  Deno.test(`a variable in ${what} is warned of: it is stored in the clear`, async () => {
    assertEquals(await warnedOf(rule, { target }), [...expected]);
  });
}

Deno.test("a variable in a rule's body inside a group and a named chain is warned of", async () => {
  const forward = { use: "forward", to: "a", body: key };
  await using project = await rulesProject({
    targets: { a: { url } },
    chains: { tell: [{ when: "sendID == 'u1'", rules: [], else: [forward] }] },
    callbacks: { [groupRead]: { rules: [{ use: "chain", chain: "tell" }] } },
  }, { environment });
  const problems = await project.problems();
  assertEquals(problems, []);
  assertEquals((await project.warnings()).length, 1);
});

Deno.test("a variable in what is added to each attempt is not warned of", async () => {
  const target = { headers: { "x-key": "${KEY}" }, auth: { bearer: "${KEY}" }, secret: "${KEY}" };
  assertEquals(await warnedOf({}, { target }), []);
});

Deno.test("a variable in the body of a rule that waits is not warned of: nothing is stored", async () => {
  const waits = { wait: true, body: key };
  assertEquals(await warnedOf(waits, { command: beforeSend }), []);
  const target = { body: { shape: key } };
  assertEquals(await warnedOf({ wait: true }, { target, command: beforeSend }), []);
});
