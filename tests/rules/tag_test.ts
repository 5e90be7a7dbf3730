import { assertEquals } from "@std/assert";
import { ruleBench, ruleProblems, type RuleSnippet } from "./rule_bench.ts";

/** Tags every callback. */
const tagging = (tag: string, parts: object = {}): RuleSnippet => ({
  use: "sample",
  rate: 0,
  action: "tag",
  tag,
  ...parts,
});

/** Tags no callback. */
const passing = (tag: string) => tagging(tag, { rate: 1 });

const see = (tag: string): RuleSnippet => ({ use: "log", fields: { seen: `tags.${tag}` } });

async function seen(rules: readonly RuleSnippet[]): Promise<unknown> {
  const bench = ruleBench(rules);
  await bench.run();
  return bench.logged[0]?.properties.seen;
}

Deno.test("later rules see a tag that applies", async () => {
  assertEquals(await seen([tagging("odd"), see("odd")]), true);
});

Deno.test("a tag that does not apply is false", async () => {
  assertEquals(await seen([passing("odd"), see("odd")]), false);
});

Deno.test("the tag of a rule that did not run is false", async () => {
  assertEquals(await seen([tagging("odd", { when: "false" }), see("odd")]), false);
});

Deno.test("a tag stays when a later rule of the same tag finds nothing", async () => {
  assertEquals(await seen([tagging("odd"), passing("odd"), see("odd")]), true);
});

Deno.test("tags of different names do not touch each other", async () => {
  assertEquals(await seen([tagging("odd"), passing("rare"), see("rare")]), false);
});

Deno.test("a tag says nothing about the verdict and skips nothing", async () => {
  const { traces } = await ruleBench([tagging("odd"), { use: "log" }]).run();
  assertEquals(traces.map(({ outcome }) => outcome), [{ kind: "pass" }, { kind: "pass" }]);
});

Deno.test("a misspelt tag is an error", () => {
  assertEquals(ruleProblems([tagging("suspicious"), see("suspicous")]), [
    'rules[1].fields.seen: no rule before this one gives tags.suspicous, as "limit", "dedupe", "sample", "words" can, did you mean "suspicious"?',
  ]);
});

Deno.test("the action tag without a name is an error that says what is missing", () => {
  assertEquals(ruleProblems([{ use: "sample", rate: 0.5, action: "tag" }]), [
    'rules[0].tag: "action": "tag" needs the name of a tag, such as "suspicious"',
  ]);
});

Deno.test("a tag without the action tag is an error that says what it needs", () => {
  assertEquals(ruleProblems([{ use: "sample", rate: 0.5, tag: "odd" }]), [
    'rules[0].tag: the action is "skip"; a tag needs "action": "tag"',
  ]);
});

Deno.test("a tag's name that no expression could say is an error", () => {
  assertEquals(ruleProblems([tagging("very odd")]), [
    "rules[0].tag: a name is letters, digits and _",
  ]);
});
