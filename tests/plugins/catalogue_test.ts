/** Every plugin of this repository against what OpenIM's servers send and take. */
import { assertEquals } from "@std/assert";
import type { Plugin } from "../../src/extension/define_plugin.ts";
import { bodyTypes, type CatalogueCommand, commands } from "../support/catalogue.ts";
import { ownPlugins, ownRegistry } from "../support/own_plugins.ts";
import { samples } from "../support/samples.ts";
import { wireTypes } from "../support/wire_types.ts";

/** On two pages of the documentation, each about another event. */
const ambiguous = { name: "callbackBeforePushCommand", not: "callbackBeforeOnlinePushCommand" };

function pluginOf({ command }: CatalogueCommand): Plugin {
  const plugin = ownRegistry.plugins.find((plugin) => plugin.command === command);
  if (plugin === undefined) throw new Error(`there is no plugin for ${command}`);
  return plugin;
}

// one way: a further plugin of the project's own needs no sample of OpenIM's
Deno.test(`there is a plugin for the commands of the samples: ${samples.length} samples`, () => {
  const sampled = new Set(samples.map(({ command }) => command));
  const known = new Set(ownRegistry.plugins.map(({ command }) => command));
  assertEquals([...sampled.difference(known)], []);
  assertEquals(sampled.size, 53);
});

for (const { file, command, fields } of samples) {
  Deno.test(`the command that ${file} names is ${command}`, () => {
    assertEquals(ownRegistry.find(String(fields.callbackCommand))?.command, command);
  });
}

Deno.test("there is a plugin for the commands of the catalogue, 53 of them", () => {
  const known = new Set(ownRegistry.plugins.map(({ command }) => command));
  assertEquals(commands.filter(({ command }) => !known.has(command)), []);
  assertEquals(commands.length, 53);
});

Deno.test("every plugin file stands in the folder of its area", () => {
  const misplaced = ownPlugins.filter(({ plugin, file }) =>
    !new RegExp(`/plugins/${plugin.area}/[a-z0-9_]+\\.ts$`).test(file)
  );
  assertEquals(misplaced.map(({ file }) => file), []);
});

for (const facts of commands) {
  const { command } = facts;

  Deno.test(`${command} has its timing, area and webhook key`, () => {
    const { timing, area, webhook } = pluginOf(facts);
    assertEquals<unknown>({ timing, area, webhook }, {
      timing: facts.timing,
      area: facts.area,
      webhook: facts.webhook,
    });
  });

  Deno.test(`${command} is found by every other name of it`, () => {
    const names = facts.aliases.filter((name) =>
      name !== ambiguous.name || command !== ambiguous.not
    );
    assertEquals(pluginOf(facts).aliases, names);
    assertEquals(names.map((name) => ownRegistry.find(name)?.command), names.map(() => command));
  });

  Deno.test(`${command} names every field of its bodies with its type`, () => {
    assertEquals(wireTypes(pluginOf(facts).request.shape), bodyTypes(facts));
  });

  Deno.test(`${command} lets a body lack what some version leaves out`, () => {
    const { shape } = pluginOf(facts).request;
    const optional = [...Object.keys(facts.older ?? {}), ...facts.leftOut ?? []];
    const required = optional.filter((name) => !shape[name]?.safeParse(undefined).success);
    assertEquals(required, []);
  });

  Deno.test(`${command} takes the overrides that a server takes`, () => {
    const { overrides, ignoredOverrides } = pluginOf(facts);
    assertEquals(wireTypes(overrides.shape), facts.overrides ?? {});
    assertEquals(ignoredOverrides, facts.ignoredOverrides ?? []);
  });

  Deno.test(`${command} echoes what a server copies from every answer`, () => {
    assertEquals(pluginOf(facts).echo, facts.echo ?? []);
  });
}
