/** Whatever a plugin's code wants to replace, the answer is one that its command's server decodes. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { override } from "../../src/chain/outcome.ts";
import { commands } from "../support/catalogue.ts";
import { fits } from "../support/go_value.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { typical, undecodable } from "../support/typical_values.ts";
import { consent, decodedAnswer, type Fields, serveRules } from "./command_server.ts";

const before = commands.filter(({ timing }) => timing === "before");

/** Names that Go takes for one of every answer's own fields, and such that mean something here. */
const oddNames = ["nextCode", "NEXTCODE", "errM\u017fg", "actioncode", "toString", "__proto__"];

const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.double(),
  fc.constantFrom(undefined, Symbol.iterator, () => 1, new Date(0), new Map([["a", 1]])),
);

/** A command, and fields of which some are its overrides. */
const wishes = fc.constantFrom(...before).chain(({ command, overrides = {}, ignoredOverrides }) => {
  const field = fc.oneof(
    fc.constantFrom(...Object.keys(overrides), ...ignoredOverrides ?? [], ...oddNames),
    fc.string(),
  );
  const right = Object.entries(overrides).map(([name, type]) =>
    fc.tuple(fc.constant(name), fc.constantFrom(typical(type), ...undecodable(type)))
  );
  const any = fc.tuple(field, anyValue);
  return fc.record({
    command: fc.constant(command),
    fields: fc.array(fc.oneof(any, ...right), { maxLength: 4 }).map(Object.fromEntries),
  });
});

const runs = 1500;

Deno.test(`whatever is overridden, the answer decodes: ${runs} answers`, async () => {
  let wish: Fields = {};
  const plugins = before.map(({ command }) => ({
    ...ownRegistry.find(command)!,
    handle: () => override(wish),
  }));
  await using server = (await serveRules(plugins, {})).server;
  let changed = 0;
  const property = fc.asyncProperty(wishes, async ({ command, fields }) => {
    wish = fields;
    const { sample } = ownRegistry.find(command)!;
    const response = await fetch(`${server.url}/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ callbackCommand: command, ...sample }),
    });
    const answer = decodedAnswer(await response.text());
    assertEquals([answer.actionCode, answer.nextCode, response.status], [0, 0, 200]);
    const { overrides = {} } = before.find((facts) => facts.command === command)!;
    for (const [name, value] of Object.entries(answer)) {
      if (Object.hasOwn(consent, name)) continue;
      assert(Object.hasOwn(overrides, name), `${command} has no ${name}`);
      assert(fits(value, overrides[name]!), `${name}: ${overrides[name]}`);
      changed++;
    }
  });
  const command = "callbackBeforeOfflinePushCommand";
  await fc.assert(property, {
    numRuns: runs,
    examples: [[{ command, fields: { offlinePushInfo: new Date(0) } }]],
  });
  assert(changed > runs / 10, `only ${changed} values were sent`);
});
