import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { z } from "zod";
import { definePlugin } from "../../src/extension/define_plugin.ts";
import { createRegistry, type FoundPlugin, PluginError } from "../../src/plugins/registry.ts";

/** A plugin as it is found, in a file named after its command. */
function found(
  command: string,
  { aliases = [], area = "message", file = `/plugins/${command}.ts` }: {
    readonly aliases?: readonly string[];
    readonly area?: string;
    readonly file?: string;
  } = {},
): FoundPlugin {
  const plugin = definePlugin({
    command,
    aliases,
    area,
    timing: "after",
    summary: "For tests.",
    request: z.looseObject({}),
    sample: {},
  });
  return { plugin, file };
}

const problemsOf = (entries: readonly FoundPlugin[]) =>
  assertThrows(() => createRegistry(entries), PluginError).problems;

const read = found("callbackAfterGroupMsgReadCommand", {
  aliases: ["callbackGroupMsgReadCommand", "callbackReadCommand"],
});
const quit = found("callbackAfterQuitGroupCommand", { area: "group" });
const registry = createRegistry([read, quit]);

Deno.test("a plugin is found by its command", () => {
  assertStrictEquals(registry.find("callbackAfterQuitGroupCommand"), quit.plugin);
});

for (const alias of read.plugin.aliases) {
  Deno.test(`a plugin is found by its alias ${alias}`, () => {
    assertStrictEquals(registry.find(alias), read.plugin);
  });
}

for (
  const name of [
    "",
    "callbackafterquitgroupcommand",
    "CallbackAfterQuitGroupCommand",
    "callbackAfterQuitGroup",
    "callbackAfterQuitGroupCommand ",
    "__proto__",
    "constructor",
    "toString",
  ]
) {
  Deno.test(`"${name}" is no known name`, () => {
    assertEquals(registry.find(name), undefined);
  });
}

Deno.test("an empty registry knows and suggests nothing", () => {
  const empty = createRegistry([]);
  assertEquals([empty.plugins, empty.find("a"), empty.suggest("a")], [[], undefined, undefined]);
});

Deno.test("plugins are listed by area, then by command, however they were found", () => {
  const entries = [
    found("callbackB", { area: "user" }),
    found("callbackC", { area: "group" }),
    found("callbackA", { area: "user" }),
  ];
  for (const order of [entries, entries.toReversed()]) {
    assertEquals(createRegistry(order).plugins.map(({ area, command }) => `${area} ${command}`), [
      "group callbackC",
      "user callbackA",
      "user callbackB",
    ]);
  }
});

const misspelt = {
  "callbackAfterQuitGroupComand": "callbackAfterQuitGroupCommand",
  "callbackAfterQuitGroup": "callbackAfterQuitGroupCommand",
  "CALLBACKAFTERQUITGROUPCOMMAND": "callbackAfterQuitGroupCommand",
  "callbackGroupMsgReedCommand": "callbackGroupMsgReadCommand",
  "callbackAfterGroupMsgReadCommands": "callbackAfterGroupMsgReadCommand",
};

for (const [name, nearest] of Object.entries(misspelt)) {
  Deno.test(`the name nearest to ${name} is ${nearest}`, () => {
    assertEquals(registry.suggest(name), nearest);
  });
}

for (const name of ["", "z", "somethingElseAltogether"]) {
  Deno.test(`no known name is near to "${name}"`, () => {
    assertEquals(registry.suggest(name), undefined);
  });
}

Deno.test("a known name is its own suggestion", () => {
  assertEquals(registry.suggest("callbackReadCommand"), "callbackReadCommand");
});

const clashes = {
  "two commands": [
    found("callbackA", { file: "/one.ts" }),
    found("callbackA", { file: "/two.ts" }),
  ],
  "a command and an alias": [
    found("callbackA", { file: "/one.ts" }),
    found("callbackB", { file: "/two.ts", aliases: ["callbackA"] }),
  ],
  "an alias and a command": [
    found("callbackB", { file: "/one.ts", aliases: ["callbackA"] }),
    found("callbackA", { file: "/two.ts" }),
  ],
  "two aliases": [
    found("callbackB", { file: "/one.ts", aliases: ["callbackA"] }),
    found("callbackC", { file: "/two.ts", aliases: ["callbackA"] }),
  ],
};

for (const [what, entries] of Object.entries(clashes)) {
  Deno.test(`${what} of one name are refused, with the name and both files`, () => {
    const [problem = "", ...more] = problemsOf(entries);
    assertEquals(more, []);
    for (const part of ['"callbackA"', "/one.ts", "/two.ts"]) assertStringIncludes(problem, part);
  });
}

Deno.test("every clash is reported, not only the first", () => {
  const entries = [found("callbackA"), found("callbackA"), found("callbackB"), found("callbackB")];
  assertEquals(problemsOf(entries).length, 2);
});

Deno.test("names that differ in case do not clash", () => {
  const both = createRegistry([found("callbackA"), found("callbacka")]);
  assertEquals([both.find("callbackA")?.command, both.find("callbacka")?.command], [
    "callbackA",
    "callbacka",
  ]);
});

Deno.test("a plugin that repeats a name of its own does not clash with itself", () => {
  const entry = found("callbackA", { aliases: ["callbackA", "callbackB", "callbackB"] });
  assertStrictEquals(createRegistry([entry]).find("callbackB"), entry.plugin);
});

Deno.test("a plugin error says all of its problems", () => {
  const error = new PluginError(["one is wrong", "two is wrong"]);
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.message], ["PluginError", "one is wrong\ntwo is wrong"]);
});
