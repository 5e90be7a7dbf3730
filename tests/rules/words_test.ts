import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import modify from "../../plugins/message/before_modify.ts";
import send from "../../plugins/message/before_send_single.ts";
import saved from "../../plugins/message/after_save_db.ts";
import type { Plugin } from "../../src/extension/define_plugin.ts";
import type { Verdict } from "../../src/openim/verdict.ts";
import { messageTexts } from "../../src/openim/message_text.ts";
import { WordMatcher } from "../../src/rules/words/word_matcher.ts";
import { aPlugin, type BenchOptions, ruleBench, ruleProblems, testCommand } from "./rule_bench.ts";

/** A real plugin under the command that the bench runs. */
const as = (plugin: Plugin): BenchOptions => ({
  plugins: [{ ...plugin, command: testCommand, aliases: [] }],
});
const text = (content: string) => JSON.stringify({ content });
const refusing = { use: "words", words: ["bad", "赌博"], action: "refuse" };
const masking = { use: "words", words: ["bad", "赌博"], action: "mask" };
const tagging = { use: "words", words: ["bad"], action: "tag", tag: "rude" };

/** What a rule says about a message with this content. */
async function verdictOn(rules: object[], content: unknown, options = as(send as Plugin)) {
  const bench = ruleBench(rules as { use: string }[], options);
  const { verdict, failures } = await bench.run({ request: { ...modify.sample, content } });
  assertEquals(failures, []);
  return verdict;
}

/** The content that a verdict goes on with, where it is not the message's own. */
function newContent(verdict: Verdict): unknown {
  return verdict.kind === "continue" ? verdict.overrides.content : "refused";
}

async function contentAfter(rules: object[], content: string): Promise<unknown> {
  return newContent(await verdictOn(rules, content, as(modify as Plugin)));
}

Deno.test("a message with a listed word is refused with the code and the text of the rule", async () => {
  const rule = { ...refusing, code: 5042, message: "mind your words" };
  assertEquals(await verdictOn([rule], text("so BAD")), {
    kind: "refuse",
    code: 5042,
    message: "mind your words",
    detail: "",
  });
});

Deno.test("a refusal has a code and a text of its own where the rule names none", async () => {
  assertEquals(await verdictOn([refusing], text("在线赌博")), {
    kind: "refuse",
    code: 5001,
    message: "the message holds a word that is not allowed",
    detail: "",
  });
});

for (
  const [name, content] of Object.entries({
    "no listed word": text("so good"),
    "a listed word outside its text": '{"content":"hi","bad":"bad","ex":"bad"}',
    "no text": "",
  })
) {
  Deno.test(`a message with ${name} passes`, async () => {
    assertEquals(await verdictOn([refusing], content), { kind: "continue", overrides: {} });
  });
}

for (
  const [name, content] of Object.entries({
    "behind escapes": '{"content":"\\u0062ad"}',
    "beside a line break": text("so\nbad"),
    "in a mention": '{"text":"@Bob bad","atUserList":["bob"]}',
    "in a custom message's own JSON": JSON.stringify({ data: '{"title":"bad"}' }),
    "in plain text": "so bad",
  })
) {
  Deno.test(`a listed word ${name} is found`, async () => {
    assertEquals((await verdictOn([refusing], content)).kind, "refuse");
  });
}

Deno.test("words come from files as well, without comments and empty lines", async () => {
  const rule = { use: "words", files: ["lists/a.txt"], action: "refuse" };
  const options = {
    ...as(send as Plugin),
    files: { "lists/a.txt": "# so\r\n\r\n  bad  \r\n赌博" },
  };
  const kinds = [];
  for (const word of ["bad", "赌博", "so", "#"]) {
    kinds.push((await verdictOn([rule], text(word), options)).kind);
  }
  assertEquals(kinds, ["refuse", "refuse", "continue", "continue"]);
});

Deno.test("a file that cannot be read is an error that names it", () => {
  assertEquals(
    ruleProblems([{ use: "words", files: ["none.txt"], action: "refuse" }], as(send as Plugin)),
    ["rules[0].files[0]: there is no file none.txt"],
  );
});

Deno.test("an invisible word is an error with its line", () => {
  const rule = { use: "words", files: ["a.txt"], action: "refuse" };
  const [problem] = ruleProblems([rule], {
    ...as(send as Plugin),
    files: { "a.txt": "a\n\u200b" },
  });
  assertEquals(
    problem,
    "rules[0].files[0]: a word of invisible characters alone (line 2); leave it out",
  );
});

Deno.test("a word with half a character, which no text holds whole, is an error", () => {
  const rule = { use: "words", words: ["ok", "a\ud83d"], action: "refuse" };
  const [problem] = ruleProblems([rule], as(send as Plugin));
  assertEquals(
    problem,
    "rules[0].words[1]: a word with half a character; write the whole of it",
  );
});

Deno.test("a rule without words is an error", () => {
  const [problem] = ruleProblems([{ use: "words", action: "refuse" }], as(send as Plugin));
  assertStringIncludes(problem!, "rules[0].words: there is no word to look for");
});

Deno.test("masking changes the text in the content and nothing else", async () => {
  const content = '{"text":"so BAD, @Bob","atUserList":["bad"],"n":9007199254740993}';
  assertEquals(await contentAfter([masking], content), content.replace("BAD", "***"));
});

Deno.test("masking leaves a message without a listed word alone", async () => {
  assertEquals(await contentAfter([masking], text("so good")), undefined);
});

Deno.test("two lists mask the same message", async () => {
  const other = { ...masking, words: ["good"], mask: "#" };
  assertEquals(await contentAfter([masking, other], text("bad good")), text("*** ####"));
});

Deno.test("what is masked is the content that an earlier rule put in place", async () => {
  const replacing = { use: "override", set: { content: `'${text("bad news")}'` } };
  const bench = ruleBench([replacing, masking], as(modify as Plugin));
  const { verdict } = await bench.run({ request: { ...modify.sample, content: text("fine") } });
  assertEquals(verdict, { kind: "continue", overrides: { content: text("*** news") } });
});

Deno.test("masked content is a message of the same shape without a listed word", async () => {
  const word = fc.constantFrom(
    "bad",
    "BAD",
    "ｂａｄ",
    "b\u200bad",
    "赌博",
    " ",
    "ok",
    '"',
    "\\",
    "\n",
    "ß",
  );
  const phrase = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
  const message = fc.oneof(
    fc.record({ content: phrase }),
    fc.record({ text: phrase, atUserList: fc.array(phrase), seq: fc.integer() }),
    fc.record({ data: phrase, description: phrase, extension: phrase }),
    fc.record({ data: fc.jsonValue().map((value) => JSON.stringify([value, "bad"])) }),
  );
  const matcher = new WordMatcher(["bad", "赌博"]);
  const bench = ruleBench([masking], as(modify as Plugin));
  await fc.assert(fc.asyncProperty(message, async (value) => {
    const content = JSON.stringify(value);
    const { verdict, failures } = await bench.run({ request: { ...modify.sample, content } });
    assertEquals(failures, []);
    const masked = (newContent(verdict) ?? content) as string;
    assert(!messageTexts(masked).some((text) => matcher.matches(text)));
    const shape = (json: string) =>
      JSON.stringify(JSON.parse(json), (name, part) => texts.has(name) ? typeof part : part);
    assertEquals(shape(masked), shape(content));
  }));
});

const texts = new Set(["content", "text", "data", "description"]);

Deno.test("no content makes a rule fail", async () => {
  const bench = ruleBench([tagging, refusing, masking], as(modify as Plugin));
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), async (content) => {
    const { failures } = await bench.run({ request: { ...modify.sample, content } });
    assertEquals(failures, []);
  }));
});

Deno.test("a command that takes no content cannot have it masked", () => {
  assertEquals(ruleProblems([masking], as(send as Plugin)), [
    `rules[0].action: ${testCommand} takes no override "content", so that nothing can be masked; ` +
    "callbackBeforeMsgModifyCommand does",
  ]);
});

Deno.test("only the content can be masked", () => {
  const rule = { ...masking, field: "ex" };
  const problems = ruleProblems([{ ...rule, field: "senderNickname" }], as(modify as Plugin));
  assertEquals(problems, ['rules[0].field: only "content" can be masked; leave "field" out']);
});

Deno.test("a mask that is a listed word is an error", () => {
  const [problem] = ruleProblems([{ ...masking, words: ["**"] }], as(modify as Plugin));
  assertEquals(problem, 'rules[0].mask: "*" alone makes up a listed word; choose another one');
});

Deno.test("a tag is seen by later rules, and is false where no word is found", async () => {
  const rules = [tagging, { use: "log", when: "tags.rude" }];
  const bench = ruleBench(rules, as(send as Plugin));
  await bench.run({ request: { ...send.sample, content: text("good") } });
  assertEquals(bench.logged.length, 0);
  await bench.run({ request: { ...send.sample, content: text("bad") } });
  assertEquals(bench.logged.length, 1);
});

Deno.test("a misspelt tag is an error", () => {
  const [problem] = ruleProblems([tagging, { use: "log", when: "tags.rued" }], as(send as Plugin));
  assertEquals(
    problem,
    'rules[1].when: no rule before this one gives tags.rued, as "limit", "dedupe", "sample", "words" can, did you mean "rude"?',
  );
});

Deno.test("a tag without a name is an error", () => {
  const [problem] = ruleProblems([{ ...tagging, tag: undefined }], as(send as Plugin));
  assertEquals(
    problem,
    'rules[0].tag: "action": "tag" needs the name of a tag, such as "suspicious"',
  );
});

Deno.test("an option of another action is an error", () => {
  const [problem] = ruleProblems([{ ...tagging, mask: "#" }], as(send as Plugin));
  assertEquals(problem, 'rules[0].mask: "mask" is for "action": "mask"; leave it out');
});

Deno.test("another field may be looked into", async () => {
  const rule = { ...refusing, field: "senderNickname" };
  const bench = ruleBench([rule], as(send as Plugin));
  const { verdict } = await bench.run({ request: { ...send.sample, senderNickname: "Bad Bob" } });
  assertEquals(verdict.kind, "refuse");
});

Deno.test("a field that is no text is an error", () => {
  const [problem] = ruleProblems([{ ...refusing, field: "contentType" }], as(send as Plugin));
  assertEquals(
    problem,
    "rules[0].field: expected string, but this gives int; write string(contentType)",
  );
});

Deno.test("a content that is absent or null holds no word", async () => {
  const plugin = { ...aPlugin(), request: z.looseObject({ content: z.string().nullish() }) };
  for (const content of [undefined, null]) {
    assertEquals(await verdictOn([refusing], content, { plugins: [plugin] }), {
      kind: "continue",
      overrides: {},
    });
  }
});

for (const rule of [refusing, masking]) {
  Deno.test(`to ${rule.action} does nothing after the event, and loading warns of it`, async () => {
    const bench = ruleBench([rule], as(saved as Plugin));
    assertStringIncludes(bench.warnings.join(), '"words" does nothing here');
    const { outcomes } = await bench.run({ request: { ...saved.sample, content: text("bad") } });
    assertEquals(outcomes, [{ kind: "pass" }]);
  });
}

Deno.test("a tag after the event is no reason to warn", async () => {
  const bench = ruleBench([tagging, { use: "log", when: "tags.rude" }], as(saved as Plugin));
  await bench.run({ request: { ...saved.sample, content: text("bad") } });
  assertEquals([bench.warnings.length, bench.logged.length], [0, 1]);
});
