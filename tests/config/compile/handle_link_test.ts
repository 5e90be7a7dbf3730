import { assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { HandleError, handleLink } from "../../../src/config/compile/handle_link.ts";
import type { RuleScope } from "../../../src/chain/rule.ts";
import type { Plugin } from "../../../src/extension/define_plugin.ts";
import { definePlugin } from "../../../src/extension/define_plugin.ts";
import { base } from "../../plugins/plugin_parts.ts";
import { aCallback } from "../../support/callbacks.ts";

type Handle = NonNullable<Plugin["handle"]>;

/** How a handle fails. */
async function failureOf(handle: () => unknown): Promise<HandleError> {
  const { rule } = handleLink(definePlugin(base), handle as Handle);
  return await assertRejects(async () => await rule.run(aCallback(), {} as RuleScope), HandleError);
}

const boom = () => {
  throw new RangeError("out of order");
};

for (
  const [how, handle] of [["at once", boom], [
    "by way of a promise",
    async () => await boom(),
  ]] as const
) {
  Deno.test(`what a handle throws ${how} is told with its file, line and column`, async () => {
    const { message, cause } = await failureOf(handle);
    assertMatch(
      message,
      /\/tests\/config\/compile\/handle_link_test\.ts:\d+:\d+: RangeError: out of order$/,
    );
    assertInstanceOf(cause, RangeError);
  });
}

Deno.test("a package's error is told with the plugin's own place", async () => {
  const { message } = await failureOf(() => base.request.parse({}));
  assertMatch(message, /^[^\n]*handle_link_test\.ts:\d+:\d+: ZodError: /);
});

Deno.test("what is thrown and is no error is told as it is", async () => {
  assertEquals((await failureOf(() => Promise.reject("later"))).message, "later");
});

const wrong: readonly [unknown, string][] = [
  ["refuse", "a string"],
  [null, "null"],
  [
    { kind: "refuse", message: "no", detail: "" },
    '"refuse" with a code that must be a whole number',
  ],
  [
    { kind: "refuse", code: 0, message: "no", detail: "" },
    '"refuse" with a code that must be at least 1',
  ],
  [{ kind: "override", fields: 5 }, '"override" with a fields that must be an object'],
  [{ kind: "fail", error: new Error("x") }, "an object that is no outcome"],
  [{ text: "hello" }, "an object that is no outcome"],
];

for (const [answer, what] of wrong) {
  Deno.test(`a handle that answers ${JSON.stringify(answer)} has failed, and is told what it answered`, async () => {
    for (const given of [answer, Promise.resolve(answer)]) {
      assertEquals(
        (await failureOf(() => given)).message,
        `the handle of ${base.command} answered ${what}; it may answer nothing, pass(), ` +
          "override({...}) or refuse(code, message, detail)",
      );
    }
  });
}
