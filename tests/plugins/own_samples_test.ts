/** Every plugin of this repository against the bodies that servers have sent. */
import { assertEquals } from "@std/assert";
import type { z } from "zod";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { aCallback } from "../support/callbacks.ts";
import { ownPlugins, ownRegistry } from "../support/own_plugins.ts";
import { newestSample, samples } from "../support/samples.ts";

const names = (shape: Readonly<Record<string, z.ZodType>>) => Object.keys(shape);

/** What is no field to expressions, or not the body's. */
const unlikeBody = ["callbackCommand", "operationID"];

for (const { file, command, fields } of samples) {
  Deno.test(`${file} is a body that ${command} takes, unchanged and with every field named`, () => {
    const { request } = ownRegistry.find(command)!;
    assertEquals(request.parse(fields), fields);
    const unnamed = Object.keys(fields).filter((name) =>
      name !== "callbackCommand" && !names(request.shape).includes(name)
    );
    assertEquals(unnamed, []);
  });

  Deno.test(`every field of ${command} can be read by an expression in ${file}`, () => {
    const { request } = ownRegistry.find(command)!;
    const scope = CelScope.of(request);
    const callback = aCallback({ command, request: fields, text: JSON.stringify(fields) });
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== "string" || unlikeBody.includes(name)) continue;
      const same = `${name} == ${JSON.stringify(value)}`;
      assertEquals(scope.compile(same).evaluate(callback, {}), true, same);
    }
    const all = `[${names(request.shape).join(", ")}].size()`;
    assertEquals(scope.compile(all).evaluate(callback, {}), BigInt(names(request.shape).length));
  });
}

/** The commands that a server has sent; a plugin may be for another. */
const sampled = new Set(samples.map(({ command }) => command));

for (const { plugin } of ownPlugins) {
  const { command, request, sample } = plugin;

  if (sampled.has(command)) {
    Deno.test(`the sample of ${command} is the newest body`, () => {
      const { callbackCommand, ...newest } = newestSample(command).fields;
      assertEquals([callbackCommand, sample], [command, newest]);
    });
  }

  Deno.test(`the sample of ${command} is a body of it and names no unknown field`, () => {
    const unknown = Object.keys(sample).filter((name) => !Object.hasOwn(request.shape, name));
    assertEquals(unknown, []);
    assertEquals(request.parse(sample), sample);
  });

  Deno.test(`a body of ${command} keeps the fields of servers to come`, () => {
    const body = { ...sample, newInV4: { deep: [1] } };
    assertEquals(request.parse(body), body);
  });

  Deno.test(`${command} describes every field of its body and its answer`, () => {
    const described = { ...request.shape, ...plugin.overrides.shape };
    const silent = names(described).filter((name) => !described[name]?.description);
    assertEquals(silent, []);
  });
}
