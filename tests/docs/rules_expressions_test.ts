/** The names that `docs/rules.md` lists for expressions are those that expressions know. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Environment } from "@marcbachmann/cel-js";
import { runRulesTests } from "../../src/config/rule_tests/run_rules_tests.ts";
import { addOpenimFunctions } from "../../src/expressions/openim_functions.ts";
import { leastSteps, mostSteps } from "../../src/expressions/work.ts";
import { tableWithHead } from "./markdown_page.ts";
import { pagePath, placeExample } from "./rules_examples.ts";

const page = await Deno.readTextFile(pagePath);

/** The names in code in a cell. */
function codeIn(cell = ""): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replaceAll("\\", ""));
}

Deno.test("docs/rules.md lists every function for OpenIM's messages", () => {
  const names = new Set<string>();
  const environment = {
    registerFunction: (signature: string) => names.add(signature.split("(")[0]!),
  };
  addOpenimFunctions(environment as unknown as Environment);
  const listed = tableWithHead(page, "function").flatMap(([cell]) => codeIn(cell));
  assertEquals(listed.map((call) => call.split("(")[0]!).sort(), [...names].sort());
});

/** Expressions that use what the page lists of CEL's own, and what they give. */
const samples: Readonly<Record<string, string>> = {
  "==": "1 == 1",
  "!=": "1 != 2",
  "<": "1 < 2",
  "<=": "1 <= 1",
  ">": "2 > 1",
  ">=": "1 >= 1",
  "&&": "true && true",
  "||": "false || true",
  "!": "!false",
  "+": "1 + 1 == 2",
  "-": "2 - 1 == 1",
  "*": "2 * 2 == 4",
  "/": "4 / 2 == 2",
  "%": "5 % 3 == 2",
  in: "1 in [1, 2]",
  "a ? b : c": "true ? true : false",
  startsWith: "'abc'.startsWith('a')",
  endsWith: "'abc'.endsWith('c')",
  contains: "'abc'.contains('b')",
  matches: "'abc'.matches('^a.c$')",
  lowerAscii: "'ABC'.lowerAscii() == 'abc'",
  upperAscii: "'abc'.upperAscii() == 'ABC'",
  trim: "' a '.trim() == 'a'",
  lastIndexOf: "'aba'.lastIndexOf('a') == 2",
  charAt: "'abc'.charAt(1) == 'b'",
  replace: "'aba'.replace('a', 'c') == 'cbc'",
  reverse: "'abc'.reverse() == 'cba'",
  join: "['a', 'b'].join('-') == 'a-b'",
  "timestamp(...)": "timestamp(0) < timestamp('2026-01-01T00:00:00Z')",
  "duration(...)": "duration('1m') == duration('60s')",
  "getHours('Asia/Shanghai')": "timestamp(0).getHours('Asia/Shanghai') == 8",
  indexOf: "'abc'.indexOf('c') == 2",
  substring: "'abc'.substring(1, 2) == 'b'",
  split: "size('a,b'.split(',')) == 2",
  size: "size([1]) == 1 && size('ab') == 2 && size(body) > 0",
  "[0]": "[1][0] == 1",
  exists: "[1, 2].exists(n, n == 2)",
  all: "[1, 2].all(n, n > 0)",
  exists_one: "[1, 2].exists_one(n, n == 2)",
  filter: "[1, 2].filter(n, n > 1) == [2]",
  map: "[1, 2].map(n, n + 1) == [2, 3]",
  "has(map.member)": "has(body.sendID) && !has(body.absent)",
  "map['member']": "body['sendID'] == sendID",
  "string(...)": "string(1) == '1'",
  "int(...)": "int('1') == 1",
  "double(...)": "double(1) == 1.0",
  "bool(...)": "bool('true')",
  "cel.bind(name, value, expression)": "cel.bind(n, 1, n == 1)",
};

Deno.test("docs/rules.md lists of CEL's own what its samples use", () => {
  const listed = tableWithHead(page, "for").flatMap(([, cell]) => codeIn(cell));
  assertEquals([...new Set(listed)].sort(), Object.keys(samples).sort());
});

for (const [name, expression] of Object.entries(samples)) {
  Deno.test(`an expression may use ${name}, as docs/rules.md says`, async () => {
    const command = "callbackBeforeSendSingleMsgCommand";
    const rules = [{ use: "set", name: "holds", value: expression }, {
      use: "refuse",
      message: "it holds",
      when: "vars.holds && !isNotification(contentType)",
    }];
    const tests = [{ name: "it holds", command, expect: { answer: "refuse" } }];
    assertEquals(await outcome({ callbacks: { [command]: { rules } }, tests }), "");
  });
}

/** The variables of every callback that the page lists, with the type that it says. */
const variables = tableWithHead(page, "variable")
  .filter(([cell]) => /^`\w+`$/.test(cell ?? ""))
  .map(([cell, type]) => [codeIn(cell)[0]!, type!] as const);

Deno.test("the variables that docs/rules.md lists are there for every command", async () => {
  assert(variables.length > 3);
  for (const [name] of variables) {
    const rules = [{ use: "log", fields: { value: name } }];
    assertEquals(await outcome({ callbacks: { "*": { rules } } }), "", name);
  }
});

Deno.test("the variables that docs/rules.md lists are of the types that it says", async () => {
  const wanted: Readonly<Record<string, string>> = {
    string: "VALUE + ''",
    int: "VALUE + 1",
    map: "VALUE['sendID']",
  };
  for (const [name, type] of variables) {
    const fields = { value: wanted[type]!.replace("VALUE", name) };
    const file = (value: string) => ({
      callbacks: { "*": { rules: [{ use: "log", fields: { value } }] } },
    });
    assertEquals(await outcome(file(fields.value)), "", name);
    for (const other of Object.keys(wanted).filter((other) => other !== type)) {
      await assertRejects(() => outcome(file(wanted[other]!.replace("VALUE", name))));
    }
  }
});

/** Loads a file and runs its tests; the warnings that there are. */
async function outcome(file: object): Promise<string> {
  const text = JSON.stringify(file);
  await using placed = await placeExample({ text, environment: {}, files: {} });

  const rules = await placed.load();
  await runRulesTests(rules, placed.context);
  return rules.warnings.map(({ message }) => message).join("\n");
}

Deno.test("docs/rules.md says how many steps expressions may take", () => {
  const text = page.replaceAll(/\s+/g, " ");
  for (const steps of [mostSteps, leastSteps]) {
    assert(text.includes(`${steps.toLocaleString("en")} steps`), `${steps}`);
  }
});
