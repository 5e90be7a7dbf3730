import { assertEquals } from "@std/assert";
import { keepFixed } from "../../../src/config/load/fixed_settings.ts";
import { type RulesFile, rulesFile } from "../../../src/config/sections/rules_file.ts";

const settings = (value: object): RulesFile => rulesFile.parse(value);

Deno.test("where nothing fixed changed, nothing waits and the new settings hold", () => {
  const next = settings({
    server: { bodyLimit: "2MiB", nextCode: "documented", stopWithin: "1s" },
    log: { level: "debug" },
    counters: { maxKeys: 7 },
    targets: { analytics: { url: "http://127.0.0.1:9/", network: "private" } },
    callbacks: { "*": { rules: [{ use: "log" }] } },
  });
  assertEquals(keepFixed(settings({}), next), { settings: next, waiting: [] });
});

Deno.test("what is fixed keeps its value and is named at its place", () => {
  const running = settings({ server: { listen: "127.0.0.1:1" }, store: { path: "a.sqlite" } });
  const next = settings({
    server: { listen: "127.0.0.1:2", stopWithin: "1s" },
    store: { path: "b.sqlite", durability: "process" },
  });
  const { settings: kept, waiting } = keepFixed(running, next);
  assertEquals(kept.server, { ...next.server, listen: "127.0.0.1:1" });
  assertEquals(kept.store, running.store);
  assertEquals(waiting, [
    {
      path: ["server", "listen"],
      message: 'changes with a restart; until then "127.0.0.1:1" holds',
    },
    { path: ["store", "path"], message: 'changes with a restart; until then "a.sqlite" holds' },
    { path: ["store", "durability"], message: 'changes with a restart; until then "full" holds' },
  ]);
});

Deno.test("a setting that nobody said can change waits, and its value is not told", () => {
  const before = settings({});
  const running = { ...before, server: { ...before.server, secret: "old" } } as RulesFile;
  const next = { ...before, server: { ...before.server, secret: "new" } } as RulesFile;
  const { settings: kept, waiting } = keepFixed(running, next);
  assertEquals(kept, running);
  assertEquals(waiting, [{
    path: ["server", "secret"],
    message: "changes with a restart; until then the former one holds",
  }]);
});

Deno.test("a section and a setting that come or go wait as well", () => {
  const before = settings({});
  const more = {
    ...before,
    server: { ...before.server, tls: { certificate: "a", key: "b" } },
    tracing: { endpoint: "127.0.0.1:3" },
  } as unknown as RulesFile;
  const added = keepFixed(before, more);
  assertEquals(added.waiting.map(({ path }) => path), [["server", "tls"], ["tracing", "endpoint"]]);
  assertEquals(added.settings.server, before.server);
  const removed = keepFixed(more, before);
  assertEquals(removed.waiting.map(({ path }) => path), [["server", "tls"], [
    "tracing",
    "endpoint",
  ]]);
  assertEquals(removed.settings, more);
});
