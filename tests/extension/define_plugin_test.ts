import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { z } from "zod";
import {
  definePlugin,
  type HandleOutcome,
  isPlugin,
  override,
  pass,
  type Plugin,
  refuse,
} from "../../src/extension/define_plugin.ts";
import { aCallback } from "../support/callbacks.ts";
import { ownPlugins } from "../support/own_plugins.ts";
import { base, overrides } from "../plugins/plugin_parts.ts";

/** What a plugin's own code answers. */
function answerOf({ handle }: Plugin) {
  return handle?.(aCallback(), { signal: new AbortController().signal });
}

Deno.test("a plugin keeps what its file declares", () => {
  const plugin = definePlugin({ ...base, aliases: ["callbackTestCommand"], overrides });
  assertEquals(
    [plugin.command, plugin.timing, plugin.area, plugin.summary, plugin.aliases, plugin.sample],
    [
      base.command,
      "before",
      "message",
      "For tests.",
      ["callbackTestCommand"],
      { sendID: "u1", unreadMsgNum: 5 },
    ],
  );
  assertEquals(Object.keys(plugin.request.shape), Object.keys(base.request.shape));
  assertStrictEquals<unknown>(plugin.overrides, overrides);
});

Deno.test("every schema of our own is one that zod can compile", () => {
  for (const { plugin } of ownPlugins) z.compile(plugin.request, { strict: true });
});

Deno.test("a plugin without aliases has none", () => {
  assertEquals(definePlugin(base).aliases, []);
});

Deno.test("a plugin without overrides takes none", () => {
  assertEquals(Object.keys(definePlugin(base).overrides.shape), []);
});

Deno.test("a plugin keeps what its answers owe and how it is switched on", () => {
  const webhook = { key: "beforeTest", since: "v3.8.0", until: "v3.8.3" };
  const ignoredOverrides = ["notification"];
  const guards = { ex: (value: string | null) => ({ keep: value }) };
  const plugin = definePlugin({
    ...base,
    overrides,
    webhook,
    ignoredOverrides,
    echo: ["sendID", "note"],
    guards,
  });
  assertEquals(
    [plugin.webhook, plugin.ignoredOverrides, plugin.echo],
    [webhook, ignoredOverrides, ["sendID", "note"]],
  );
  assertEquals(Object.entries<unknown>(plugin.guards), Object.entries(guards));
});

Deno.test("a plugin that declares no duties has none, and no webhook", () => {
  const { webhook, ignoredOverrides, echo, guards } = definePlugin(base);
  assertEquals([webhook, ignoredOverrides, echo, guards], [undefined, [], [], {}]);
});

Deno.test("a plugin without code has no handle", () => {
  assertEquals(definePlugin(base).handle, undefined);
});

const outcomes: Record<string, HandleOutcome<{ readonly ex?: string | null }>> = {
  nothing: undefined,
  "a pass": pass(),
  "an override": override({ ex: "x" }),
  "a refusal": refuse(5001, "no"),
};

for (const [what, outcome] of Object.entries(outcomes)) {
  Deno.test(`a handle may answer ${what}`, () => {
    assertEquals(answerOf(definePlugin({ ...base, overrides, handle: () => outcome })), outcome);
  });

  Deno.test(`a handle may answer ${what} by way of a promise`, async () => {
    const handle = () => Promise.resolve(outcome);
    assertEquals(await answerOf(definePlugin({ ...base, overrides, handle })), outcome);
  });
}

Deno.test("a handle may end without a return", () => {
  const seen: string[] = [];
  const plugin = definePlugin({
    ...base,
    handle({ request }) {
      seen.push(request.sendID);
    },
  });
  assertEquals([answerOf(plugin), seen], [undefined, ["u1"]]);
});

Deno.test("a handle is handed the callback and the signal", () => {
  const { signal } = new AbortController();
  const callback = aCallback();
  const seen: unknown[] = [];
  const plugin = definePlugin({
    ...base,
    handle(...handed) {
      seen.push(...handed);
    },
  });
  plugin.handle?.(callback, { signal });
  assertStrictEquals(seen[0], callback);
  assertStrictEquals((seen[1] as { signal: AbortSignal }).signal, signal);
});

Deno.test("a handle may use the definition it stands in", () => {
  const plugin = definePlugin({
    ...base,
    handle() {
      return refuse(5001, this.summary);
    },
  });
  assertEquals(answerOf(plugin), refuse(5001, "For tests."));
});

Deno.test("a handle's trouble is the caller's to catch", async () => {
  const broken = definePlugin({ ...base, handle: () => Promise.reject(new Error("broken")) });
  await assertRejects(() => Promise.resolve(answerOf(broken)), Error, "broken");
});

Deno.test("what definePlugin makes is a plugin", () => {
  assertEquals(isPlugin(definePlugin(base)), true);
});

Deno.test("a plugin of another copy of the module is a plugin", () => {
  assertEquals(isPlugin({ [Symbol.for("openim-callback-router.plugin")]: true }), true);
});

for (const value of [undefined, null, base, "plugin", 5, () => base, [base]]) {
  Deno.test(`${typeof value} ${String(value).slice(0, 20)} is no plugin`, () => {
    assertEquals(isPlugin(value), false);
  });
}
