import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadContext } from "../../src/runtime/load_context.ts";
import { type LoadedRules, loadRules } from "../../src/config/load/load_rules.ts";
import type { OutboxFigures } from "../../src/delivery/outbox_figures.ts";
import type { ReloadReport } from "../../src/operator/api/operator_context.ts";
import { startLogging } from "../../src/observe/logging.ts";
import { Operator } from "../../src/runtime/operator.ts";
import { recordedLines } from "../observe/recorded_lines.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const listen = "127.0.0.1:0";

/** Loads a rules file of these sections. */
async function loaded(folder: TempFolder, sections: object): Promise<LoadedRules> {
  const text = JSON.stringify({ operator: { listen }, ...sections });
  return await loadRules(await folder.write("rules.json", text), loadContext(() => {}));
}

/** The operator's side of a router whose rest a test plays. */
async function operatorOf(
  rules: LoadedRules,
  reload = () => Promise.resolve<ReloadReport | undefined>(undefined),
) {
  const loggers = await startLogging({ level: "debug", format: "json" }, recordedLines());
  const operator = new Operator(rules, loggers);
  await operator.listen(rules.settings.operator, { reload });
  const { port } = operator.address!;
  return {
    operator,
    async get(path: string, init?: RequestInit) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return { status: response.status, text: await response.text() };
    },
    async [Symbol.asyncDispose]() {
      await operator.close();
      await loggers.close();
    },
  };
}

/** A store that holds nothing and can be written. */
const store = {
  probe: () => Promise.resolve(),
  figures: (): Promise<readonly OutboxFigures[]> => Promise.resolve([]),
  targetStatuses: () => Promise.resolve([]),
  resume: () => Promise.resolve(undefined),
  ask: () => Promise.reject(new Error("the outbox is asked for nothing here")),
};

Deno.test("a router is followed from before it answers callbacks to its stop", async () => {
  await using folder = await tempFolder();
  await using followed = await operatorOf(await loaded(folder, {}));
  const { operator, get } = followed;
  const state = async () => {
    const { status, text } = await get("/readyz");
    return `${status} ${JSON.parse(text).state}`;
  };
  assertEquals(await state(), "503 starting");
  assertEquals((await get("/metrics")).status, 200);
  assertEquals((await get("/api/targets")).status, 503, "the outbox is not open");
  operator.opened(store);
  assertEquals(await state(), "503 starting");
  operator.running();
  assertEquals(await state(), "200 running");
  operator.stopping();
  assertEquals(await state(), "503 stopping");
});

Deno.test("other rules are shown as soon as they are in force", async () => {
  await using folder = await tempFolder();
  await using followed = await operatorOf(await loaded(folder, {}));
  const { operator, get } = followed;
  operator.opened(store);
  assertEquals(JSON.parse((await get("/api/targets")).text), []);
  const targets = { analytics: { url: "https://example.com/s3cret" } };
  operator.applied(await loaded(folder, { targets, buckets: { maxKeys: 7 } }));
  const [target] = JSON.parse((await get("/api/targets")).text);
  assertEquals([target.name, target.url], ["analytics", "https://example.com/***"]);
  assertEquals(JSON.parse((await get("/api/rules")).text).rules.buckets, { maxKeys: 7 });
  const applied = 'openim_router_rules_reloads_total{result="applied"} 1';
  assertStringIncludes((await get("/metrics")).text, applied);
});

Deno.test("a rules file that is refused is a warning until one is applied", async () => {
  await using folder = await tempFolder();
  const rules = await loaded(folder, {});
  await using followed = await operatorOf(rules);
  const { operator, get } = followed;
  operator.opened(store);
  operator.running();
  operator.refused();
  const { status, text } = await get("/readyz");
  assertEquals(status, 200, "the former rules are in force");
  assertStringIncludes(JSON.parse(text).warnings[0], "the rules file was refused");
  const refused = 'openim_router_rules_reloads_total{result="refused"} 1';
  assertStringIncludes((await get("/metrics")).text, refused);
  operator.applied(rules);
  assertEquals(JSON.parse((await get("/readyz")).text).warnings, []);
});

Deno.test("the rules file is read again by who can do so, when the operator asks", async () => {
  await using folder = await tempFolder();
  const rules = await loaded(folder, {});
  let asked = 0;
  await using followed = await operatorOf(rules, () => {
    asked++;
    return Promise.resolve(undefined);
  });
  assertEquals((await followed.get("/api/reload", { method: "POST" })).status, 503);
  assertEquals(asked, 1);
});

Deno.test("a listener that is closed takes nothing more", async () => {
  await using folder = await tempFolder();
  const followed = await operatorOf(await loaded(folder, {}));
  await followed.get("/healthz");
  await followed[Symbol.asyncDispose]();
  assert(await followed.get("/healthz").then(() => false, () => true));
});
