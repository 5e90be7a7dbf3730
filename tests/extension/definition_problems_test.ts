import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { checkDefinition, PluginDefinitionError } from "../../src/extension/definition_problems.ts";
import { base, overrides } from "../plugins/plugin_parts.ts";

/** What is said of a definition that differs from a good one in these fields. */
function problemOf(changes: Readonly<Record<string, unknown>>): string {
  const definition = { ...base, overrides, ...changes };
  return assertThrows(() => checkDefinition(definition), PluginDefinitionError).message;
}

const wrong: readonly [Readonly<Record<string, unknown>>, string][] = [
  [{ timing: "befor" }, 'timing: must be "before" or "after", not "befor"'],
  [{ timing: undefined }, 'timing: must be "before" or "after", it is missing'],
  [{ command: "" }, 'command: must not be empty, not ""'],
  [{ command: "*" }, 'command: may have letters, digits, ., _ and - alone, not "*"'],
  [{ aliases: ["a/b"] }, 'aliases.0: may have letters, digits, ., _ and - alone, not "a/b"'],
  [{ area: 5 }, "area: must be a name in quotes, not 5"],
  [{ area: "before:*" }, 'area: may have letters, digits, ., _ and - alone, not "before:*"'],
  [
    { aliases: "callbackTest" },
    'aliases: must be a list of names, such as ["callbackMyCommand"], not "callbackTest"',
  ],
  [{ aliases: ["callbackTest", 5] }, "aliases.1: must be a name in quotes, not 5"],
  [{ hndle() {} }, 'hndle: there is no such field, did you mean "handle"?'],
  [{ handle: "later" }, 'handle: must be a function, not "later"'],
  [{ start: true }, "start: must be a function, not true"],
  [{ request: { sendID: z.string() } }, "request: must be a z.looseObject({...})"],
  [{ overrides: [] }, "overrides: must be a z.object({...})"],
  [{ echo: ["sendId"] }, 'echo: the request has no field "sendId", did you mean "sendID"?'],
  [
    { guards: { sttus: () => ({ keep: 1 }) } },
    'guards: there is no override "sttus", did you mean "status"?',
  ],
  [{ guards: { status: "keep" } }, 'guards.status: must be a function, not "keep"'],
  [{ webhook: { key: "test" } }, "webhook.since: must be a name in quotes, it is missing"],
  [
    { webhook: { key: "test", since: "v3.8.0", untill: "v3.8.3" } },
    'webhook.untill: there is no such field, did you mean "until"?',
  ],
  [
    { webhook: { key: "test", since: "soon" } },
    'webhook.since: must be a version, such as "v3.8.3" or "main", not "soon"',
  ],
  [
    { notifications: { versions: { from: "3.x" } } },
    'notifications.versions.from: must be a version, such as "v3.8.3" or "main", not "3.x"',
  ],
  [
    { guardedVersions: { status: { from: "v3.7.0" } } },
    'guardedVersions: there is no guard of "status"',
  ],
  [
    { notifications: { versions: { form: "v3.7.0" } } },
    'notifications.versions.form: there is no such field, did you mean "from"?',
  ],
  [{ sample: { sendID: 5, unreadMsgNum: 1 } }, "sample.sendID: expected string, got number"],
  [{ sample: { sendID: "u1" } }, "sample.unreadMsgNum: is missing; expected number"],
  [
    { request: z.looseObject({ sendID: z.string().refine(() => Promise.resolve(true)) }) },
    "request: must not be asynchronous",
  ],
  [
    {
      request: z.looseObject({
        sendID: z.string().refine(() => {
          throw new Error("no list");
        }),
      }),
    },
    "request: throws on the sample: no list",
  ],
  [{ sample: "{}" }, 'sample: must be an object, such as { userID: "u1" }, not "{}"'],
];

for (const [changes, message] of wrong) {
  Deno.test(`a plugin with ${Deno.inspect(changes)} is refused with its reason`, () => {
    assertEquals(problemOf(changes), message);
  });
}

Deno.test("everything that is wrong with a plugin is said at once", () => {
  assertEquals(problemOf({ timing: "befor", hndle() {} }).split("; ").length, 2);
});

Deno.test("what is no object at all is refused", () => {
  const error = assertThrows(() => checkDefinition("plugin"), PluginDefinitionError);
  assertEquals(error.message.startsWith("the definition: "), true, error.message);
});
