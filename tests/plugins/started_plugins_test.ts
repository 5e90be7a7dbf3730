import { assertEquals } from "@std/assert";
import { definePlugin, type StartContext } from "../../src/extension/define_plugin.ts";
import { StartedPlugins } from "../../src/plugins/started_plugins.ts";
import { base } from "./plugin_parts.ts";

/** A plugin that notes when it starts and when it ends. */
function noting(name: string, notes: string[]) {
  return definePlugin({
    ...base,
    start({ signal }: StartContext) {
      notes.push(`${name} started`);
      signal.addEventListener("abort", () => notes.push(`${name} ended`));
    },
  });
}

const started = (failed: (command: string, error: unknown) => void = () => {}) =>
  new StartedPlugins({ log: () => {}, failed });

Deno.test("a plugin that stays in force is started once", () => {
  const notes: string[] = [];
  const plugins = [noting("a", notes), definePlugin(base)];
  const running = started();
  running.follow(plugins);
  running.follow(plugins)();
  assertEquals(notes, ["a started"]);
});

Deno.test("a plugin that is replaced ends when its last callback is answered, not before", () => {
  const notes: string[] = [];
  const running = started();
  running.follow([noting("old", notes)]);
  const end = running.follow([noting("new", notes)]);
  assertEquals(notes, ["old started", "new started"]);
  end();
  assertEquals(notes, ["old started", "new started", "old ended"]);
});

Deno.test("a stop ends every plugin", () => {
  const notes: string[] = [];
  const running = started();
  running.follow([noting("a", notes), noting("b", notes)]);
  running.close();
  assertEquals(notes.slice(2), ["a ended", "b ended"]);
});

Deno.test("a start that throws or rejects is told, and the others start", async () => {
  const notes: string[] = [];
  const told: unknown[] = [];
  const failing = [
    () => {
      throw new Error("at once");
    },
    () => Promise.reject(new Error("later")),
  ];
  const running = started((command, error) => told.push([command, (error as Error).message]));
  running.follow([...failing.map((start) => definePlugin({ ...base, start })), noting("a", notes)]);
  await Promise.resolve();
  assertEquals([told, notes], [
    [[base.command, "at once"], [base.command, "later"]],
    ["a started"],
  ]);
});

const harmless: Readonly<Record<string, () => unknown>> = {
  "the number of a timer": () => 5,
  "null": () => null,
  "a thenable that is no promise": () => ({ then: (done: () => void) => done() }),
};

for (const [what, start] of Object.entries(harmless)) {
  Deno.test(`a start that returns ${what} has started`, async () => {
    const told: unknown[] = [];
    const running = started((...failure) => told.push(failure));
    running.follow([definePlugin({ ...base, start: start as () => void })]);
    await Promise.resolve();
    await Promise.resolve();
    assertEquals(told, []);
  });
}
