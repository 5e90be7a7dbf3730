import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { combine, failedRuleCode } from "../../src/chain/combine.ts";
import { fail } from "../../src/chain/outcome.ts";
import { loadRules } from "../../src/config/load/load_rules.ts";
import { runRulesTests } from "../../src/config/rule_tests/run_rules_tests.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { targetsOf } from "../../src/runtime/targets.ts";
import { markdownPage, tableAfter } from "./markdown_page.ts";
import {
  type Example,
  examplesOf,
  outcomeOf,
  pagePath,
  placeExample,
  withoutTimes,
} from "./rules_examples.ts";
import { everyRule, options, ruleKind, visitOptions } from "./rules_options.ts";
import {
  contentsOf,
  defaultsTable,
  markers,
  optionsTable,
  places,
  rulesTable,
  type Table,
} from "./rules_tables.ts";

const page = await Deno.readTextFile(pagePath);
const examples = examplesOf(page);

/** What to do about a page that is behind the code. */
const remedy = 'run "deno task docs:rules", look at what it changed, and add an example';

/** Where an example stands, for the name of its test. */
function placeOf({ headings, line }: Example): string {
  return `${headings.slice(1).map(({ text }) => text).join(" > ")} (line ${line})`;
}

for (const example of examples) {
  Deno.test(`docs/rules.md: ${placeOf(example)} does what the page says`, async () => {
    const outcome = withoutTimes(await outcomeOf(example));
    assertEquals(outcome, shownOf(example, outcome), remedy);
  });
}

/** What the page says comes of an example; without a word, that it is in order. */
function shownOf({ printed }: Example, outcome: string): string {
  if (printed !== undefined) return withoutTimes(printed);
  // what a sound example logs and forwards need not be shown
  return /^(?:warning: )?rules\.json:/.test(outcome) ? "" : outcome;
}

Deno.test("every section of docs/rules.md about a kind of rule tests that rule", async () => {
  for (const { use } of ruleDefinitions) {
    const own = sectionOf(use);
    const ran = await Promise.all(own.map((example) => kindsThatRan(example)));
    assert(ran.some((kinds) => kinds.has(use)), `no test of "### \`${use}\`" runs a ${use}`);
  }
});

/** The examples below the heading of a kind of rule. */
function sectionOf(use: string): readonly Example[] {
  return examples.filter(({ headings }) =>
    headings[1]?.text === "Rules" && headings[2]?.text === `\`${use}\``
  );
}

/** The kinds of rule that the tests of an example expect to run, or are in chains that are tested. */
async function kindsThatRan(example: Example): Promise<ReadonlySet<string>> {
  await using placed = await placeExample(example);
  const ran = new Set<string>();
  const definitions = ruleDefinitions.map((definition) => ({
    ...definition,
    compile(...given: Parameters<typeof definition.compile>) {
      const compiled = definition.compile(...given);
      return {
        ...compiled,
        run(...args: Parameters<typeof compiled.run>) {
          ran.add(definition.use);
          return compiled.run(...args);
        },
      };
    },
  }));
  const context = { ...placed.context, definitions };
  try {
    await runRulesTests(await loadRules(placed.file, context), context);
  } catch {
    // one that shows a mistake runs nothing
  }
  return ran;
}

Deno.test("every option of the rules file is used by an example of docs/rules.md", () => {
  const used = new Set<string>();
  for (const { text } of examples) {
    visitOptions(JSON.parse(text), (place, object) => {
      for (const name of Object.keys(object)) used.add(`${place}: ${name}`);
    });
  }
  assert(options.length > 100, "the walk has found the options");
  const names = options.map(({ place, name }) => `${place}: ${name}`);
  assertEquals(names.filter((name) => !used.has(name)), [], remedy);
});

Deno.test("every option of a kind of rule is used in that rule's section", () => {
  for (const { use, options } of ruleDefinitions) {
    const used = new Set<string>();
    for (const { text } of sectionOf(use)) {
      visitOptions(JSON.parse(text), (place, object) => {
        if (place === ruleKind(use)) Object.keys(object).forEach((name) => used.add(name));
      });
    }
    assertEquals(Object.keys(options.shape).filter((name) => !used.has(name)), [], use);
  }
});

/** Where the effect of an option shows in what comes of an example. */
const shownPlaces = [
  everyRule,
  ...ruleDefinitions.map(({ use }) => ruleKind(use)),
  "rule chain",
  "group",
  "callbacks.<name>",
  "plugins",
  "tests[]",
  "tests[].earlier[]",
];

/** What has a test of its own: the budget below, the router's own plugins where one serves. */
const shownElsewhere = ["budget", "builtin"];

const shown = options.filter(({ place, name }) =>
  shownPlaces.includes(place) && !shownElsewhere.includes(name)
);

for (const { place, name } of shown) {
  Deno.test(`an example of docs/rules.md needs "${name}" of ${place}`, async () => {
    for (const example of examples.filter(({ text }) => text.includes(`"${name}"`))) {
      if (/^(?:warning: )?rules\.json:/.test(example.printed ?? "")) continue;
      const file = JSON.parse(example.text);
      let left = 0;
      visitOptions(file, (at, object) => {
        if (at !== place || !Object.hasOwn(object, name)) return;
        left++;
        delete object[name];
      });
      if (left === 0) continue;
      const outcome = withoutTimes(await outcomeOf(example, JSON.stringify(file)));
      const whole = withoutTimes(await outcomeOf(example));
      if (outcome !== whole) return;
    }
    throw new Error(`every example does the same without it: ${remedy}`);
  });
}

Deno.test("docs/rules.md has a table of the options at every place, as the schemas have them", () => {
  for (const place of places) assertTable(markers.options(place), optionsTable(place, page));
});

Deno.test("docs/rules.md lists every kind of rule with its summary", () => {
  assertTable(markers.rules, rulesTable());
});

Deno.test("docs/rules.md lists every default of the schemas with its form", () => {
  assertTable(markers.defaults, defaultsTable());
});

function assertTable(marker: string, [, ...rows]: Table): void {
  assertEquals(tableAfter(page, marker), rows, `${marker}: ${remedy}`);
}

Deno.test("the contents of docs/rules.md are its headings, each with an anchor of its own", () => {
  const lines = page.split("\n");
  const start = lines.indexOf(markers.contents) + 2;
  const shown = lines.slice(start, lines.indexOf("", start));
  assertEquals(shown, contentsOf(page), remedy);
  const anchors = markdownPage(page).headings.map(({ anchor }) => anchor);
  assertEquals(anchors.length, new Set(anchors).size);
});

Deno.test("the schedule that docs/rules.md shows is the one of a target that names none", async () => {
  await using placed = await placeExample({
    text: JSON.stringify({ targets: { a: { url: "https://a.example/" } } }),
    environment: {},
    files: {},
  });
  const { settings, file } = await placed.load();
  const [target] = targetsOf(settings, file);
  const { attempts, delays, jitter } = target!.retry;
  if (delays.kind !== "listed") throw new Error(`delays are ${delays.kind}`);
  const head = page.split("\n").find((line) => line.startsWith("| attempt "))!;
  const row = page.split("\n").find((line) => line.startsWith("| after the one before "))!;
  const cells = (line: string) => line.split("|").slice(2, -1).map((cell) => cell.trim());
  assertEquals(cells(head), Array.from({ length: attempts }, (_, index) => String(index + 1)));
  const units: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000 };
  const shown = cells(row).slice(1).map((cell) => {
    const [amount, unit] = cell.split(" ");
    return Number(amount) * units[unit!]!;
  });
  assertEquals(shown, delays.list);
  assertEquals(jitter, "none");
});

Deno.test("the budget of a chain is what docs/rules.md says", async () => {
  const budgets = async (text: string) => {
    await using placed = await placeExample({ text, environment: {}, files: {} });
    const { chains } = await placed.load();
    return chains.get("callbackBeforeSendGroupMsgCommand")!.budget;
  };
  const { text } = examples.find(({ text }) => text.includes('"budget"'))!;
  assertEquals(await budgets(text), 1500, "the last chain's wins");
  const file = JSON.parse(text);
  delete file.callbacks.callbackBeforeSendGroupMsgCommand.budget;
  assertEquals(await budgets(JSON.stringify(file)), 2000, "the general one's, without it");
  assertEquals(await budgets("{}"), 4000);
  const { description } = options.find(({ name }) => name === "budget")!.schema;
  assert(description?.includes('"4s" by default'));
});

Deno.test("the code of a refusal by a failed rule is the one that docs/rules.md names", () => {
  const verdict = combine([fail("no")], "refuse");
  assertEquals(verdict.kind === "refuse" && verdict.code, failedRuleCode);
  assert(page.includes(`with the code ${failedRuleCode}`));
  assertNotEquals(combine([fail("no")], "continue").kind, "refuse");
});
