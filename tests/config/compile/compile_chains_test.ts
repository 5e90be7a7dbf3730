import { assertEquals } from "@std/assert";
import { z } from "zod";
import { Budget } from "../../../src/chain/budget.ts";
import { runChain } from "../../../src/chain/chain.ts";
import { compileChains } from "../../../src/config/compile/compile_chains.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";
import {
  definePlugin,
  override,
  type Plugin,
  refuse,
} from "../../../src/extension/define_plugin.ts";
import { createRegistry } from "../../../src/plugins/registry.ts";
import { ruleDefinitions } from "../../../src/rules/list.ts";
import { aCallback } from "../../support/callbacks.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { ruleServices } from "../../support/rule_services.ts";

const before = "callbackBeforeTestCommand";
const after = "callbackAfterTestCommand";
const clock = new FakeClock();

function plugin(
  command: string,
  parts: Partial<Pick<Plugin, "aliases" | "handle" | "overrides">> = {},
): Plugin {
  const defined = definePlugin({
    command,
    timing: command === before ? "before" : "after",
    area: "test",
    summary: "For tests.",
    request: z.looseObject({ sendID: z.string() }),
    sample: { sendID: "u1" },
  });
  return { ...defined, ...parts };
}

function compile(callbacks: object, plugins = [plugin(before), plugin(after)]) {
  return compileChains(rulesFile.parse({ callbacks }), {
    registry: createRegistry(plugins.map((plugin) => ({ plugin, file: "plugin.ts" }))),
    definitions: ruleDefinitions,
    services: ruleServices({ clock }),
  });
}

const log = { use: "log" };
const chainOf = (callbacks: object, command = before) => compile(callbacks).chains.get(command);
const linkNames = (callbacks: object) => chainOf(callbacks)?.links.map(({ name }) => name);

async function run(callbacks: object, plugins: Plugin[]) {
  const chain = compile(callbacks, plugins).chains.get(before)!;
  const budget = new Budget(chain.budget, clock);
  return await runChain(chain, aCallback({ command: before }), { clock, budget });
}

Deno.test("every command has a chain, also where the rules file names none", () => {
  assertEquals([...compile({}).chains.keys()], [after, before]);
});

Deno.test("the general chain runs before a command's own", () => {
  assertEquals(linkNames({ [before]: { rules: [log] }, "*": { rules: [log, log] } }), [
    "*[0] log",
    "*[1] log",
    `${before}[0] log`,
  ]);
});

Deno.test("a command's own rules are not another command's", () => {
  assertEquals(linkNames({ [after]: { rules: [log] } }), []);
});

Deno.test("a chain may be named by an alias of its command", () => {
  const { chains } = compile({ callbackOldTestCommand: { rules: [log] } }, [
    plugin(before, { aliases: ["callbackOldTestCommand"] }),
  ]);
  assertEquals(chains.get(before)?.links.length, 1);
});

Deno.test("a chain that names no budget has 4 seconds", () => {
  assertEquals(chainOf({})?.budget, 4000);
});

Deno.test("a general budget is the budget of every chain", () => {
  assertEquals(chainOf({ "*": { budget: "2s" } })?.budget, 2000);
});

Deno.test("a command's own budget stands above the general one", () => {
  assertEquals(chainOf({ [before]: { budget: "250ms" }, "*": { budget: "2s" } })?.budget, 250);
});

Deno.test("a chain continues on errors unless it says otherwise", () => {
  assertEquals(chainOf({})?.onError, "continue");
});

Deno.test("a before-chain may refuse on errors", () => {
  assertEquals(chainOf({ [before]: { onError: "refuse" } })?.onError, "refuse");
});

Deno.test("the general onError is for before-chains and passes after-chains by", () => {
  const callbacks = { "*": { onError: "refuse" } };
  assertEquals(
    [chainOf(callbacks, before)?.onError, chainOf(callbacks, after)?.onError],
    ["refuse", "continue"],
  );
});

Deno.test("a command's own onError stands above the general one", () => {
  const callbacks = { "*": { onError: "refuse" }, [before]: { onError: "continue" } };
  assertEquals(chainOf(callbacks)?.onError, "continue");
});

Deno.test("a rule that cannot be compiled leaves a problem for every command it is for", () => {
  const { problems } = compile({
    [before]: { rules: [{ use: "log", when: "sendId == 'u1'" }] },
    [after]: { rules: [{ use: "log", when: "sendId == 'u1'" }] },
  });
  assertEquals(problems.map(({ path }) => path[1]).sort(), [after, before]);
});

Deno.test("a problem in the general chain is told once, however many commands there are", () => {
  assertEquals(compile({ "*": { rules: [{ use: "logg" }] } }).problems.length, 1);
});

Deno.test("a rule marked always is compiled as such", () => {
  const rules = [{ use: "log", run: "always" }, log];
  assertEquals(chainOf({ [before]: { rules } })?.links.map(({ always }) => always), [true, false]);
});

Deno.test("a plugin's own code is the last link of its chain", async () => {
  const own = plugin(before, { handle: () => refuse(5002, "closed") });
  const { chains } = compile({ [before]: { rules: [log] } }, [own]);
  assertEquals(chains.get(before)?.links.map(({ name }) => name), [
    `${before}[0] log`,
    `plugin ${before}`,
  ]);
  assertEquals((await run({}, [own])).verdict, {
    kind: "refuse",
    code: 5002,
    message: "closed",
    detail: "",
  });
});

Deno.test("a plugin whose code answers nothing lets the chat go on", async () => {
  for (const handle of [() => {}, () => Promise.resolve()]) {
    const { verdict, failures } = await run({}, [plugin(before, { handle })]);
    assertEquals([verdict, failures], [{ kind: "continue", overrides: {} }, []]);
  }
});

/** What becomes of the fields that a plugin's own code wants to change. */
async function overriding(fields: Readonly<Record<string, unknown>>, { later = false } = {}) {
  const overrides = z.object({ ex: z.string(), status: z.int() });
  const outcome = override(fields);
  const handle = () => later ? Promise.resolve(outcome) : outcome;
  return await run({}, [plugin(before, { overrides, handle })]);
}

for (const later of [false, true]) {
  const how = later ? "by way of a promise" : "at once";

  Deno.test(`a plugin's code may override what its server takes, ${how}`, async () => {
    const { verdict, failures } = await overriding({ ex: "x", status: 1 }, { later });
    assertEquals(verdict, { kind: "continue", overrides: { ex: "x", status: 1 } });
    assertEquals(failures, []);
  });

  Deno.test(`fields that a plugin's server does not take are dropped, ${how}`, async () => {
    const { verdict } = await overriding({ ex: "x", nickname: "n", NextCode: 1 }, { later });
    assertEquals(verdict, { kind: "continue", overrides: { ex: "x" } });
  });

  Deno.test(`a plugin's override of the wrong type is a failure, ${how}`, async () => {
    const { verdict, failures } = await overriding({ ex: "x", status: "1" }, { later });
    assertEquals(verdict, { kind: "continue", overrides: {} });
    assertEquals(failures.map(({ name, error }) => [name, error.name]), [
      [`plugin ${before}`, "OverrideError"],
    ]);
  });
}
