import { assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../src/chain/clock.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import { dryRun } from "../../src/config/rule_tests/dry_run.ts";
import type { LoadedRules } from "../../src/config/load/load_rules.ts";
import { ReadFiles } from "../../src/config/load/read_files.ts";
import { RulesLoader } from "../../src/runtime/rules_loader.ts";
import { newestSample } from "../support/samples.ts";
import { tempFolder } from "../support/temp_folder.ts";

const command = "callbackBeforeSendSingleMsgCommand";
const { body } = newestSample(command);

const withRules = (rules: readonly unknown[], more: object = {}) => ({
  ...more,
  callbacks: { [command]: { rules } },
});

/** A loader of a rules file that is written anew for every load. */
async function loading() {
  const folder = await tempFolder();
  const logged: unknown[] = [];
  const loader = new RulesLoader(`${folder.path}/rules.json`, (_level, _message, properties) => {
    logged.push(properties.reads);
  });
  return {
    logged,
    async load(rules: object) {
      await folder.write("rules.json", JSON.stringify(rules));
      return await loader.load(new ReadFiles());
    },
    /** Loads, puts in force and runs the sample; returns the code of its answer. */
    async run(rules: object): Promise<number> {
      const next = await this.load(rules);
      next.adopt();
      return await codeOf(next.rules);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function codeOf(rules: LoadedRules): Promise<number> {
  const { answer } = await dryRun(rules, rules.chains, { command, body, clock: systemClock });
  return JSON.parse(answer).errCode;
}

Deno.test("a limit that was reached is reached under the next rules as well", async () => {
  await using loader = await loading();
  const limit = (code: number) => withRules([{ use: "limit", rate: "1/1h", code }]);
  assertEquals(await loader.run(limit(5001)), 0);
  assertEquals(await loader.run(limit(5002)), 5002);
});

Deno.test("what was seen is a repeat under the next rules as well", async () => {
  await using loader = await loading();
  const rules = withRules([
    { use: "dedupe", key: "operationID", within: "1h" },
    { use: "refuse", message: "seen for the first time" },
  ]);
  assertEquals(await loader.run(rules), 5001);
  assertEquals(await loader.run({ ...rules, log: { level: "debug" } }), 0);
});

const counting = (windows: readonly string[]) =>
  withRules([
    { use: "count", name: "reads", windows },
    { use: "log", fields: { reads: `counts.reads['${windows[0]}']` } },
  ]);

Deno.test("a counter goes on, but for other windows", async () => {
  await using loader = await loading();
  for (const windows of [["1h"], ["1h"], ["60m"], ["1m", "1h"], ["1m", "1h"]]) {
    await loader.run(counting(windows));
  }
  assertEquals(loader.logged, [1, 2, 3, 1, 2]);
  assertEquals((await loader.load(counting(["5m"]))).adopt(), ["reads"]);
});

Deno.test("rules that are refused or never put in force leave what was counted", async () => {
  await using loader = await loading();
  await loader.run(counting(["1h"]));
  await assertRejects(() => loader.load(withRules([{ use: "nothing" }])), ConfigError);
  await loader.load(counting(["1m"]));
  await loader.run(counting(["1h"]));
  assertEquals(loader.logged, [1, 2]);
});

Deno.test("bounds change with the rules", async () => {
  await using loader = await loading();
  const limit = (maxKeys: number, key: string) =>
    withRules([{ use: "limit", rate: "1/1h", key, name: "one" }], { buckets: { maxKeys } });
  assertEquals(await loader.run(limit(100, "'a'")), 0);
  assertEquals(await loader.run(limit(100, "'b'")), 0);
  assertEquals(await loader.run(limit(2, "'b'")), 5001, "the latest is known");
  assertEquals(await loader.run(limit(2, "'a'")), 0, "the idlest was forgotten");
});
