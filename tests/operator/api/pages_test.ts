import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RecentCallback } from "../../../src/operator/api/recent_callback.ts";
import { command, now, serveOperator } from "./operator_server.ts";

const rules = {
  callbacks: {
    "*": { rules: [{ use: "log" }] },
    [command]: {
      budget: "3s",
      rules: [
        { use: "count", name: "reads", key: "sendID", windows: ["1m", "1h"] },
        { when: "unreadMsgNum > 0", rules: [{ use: "log", run: "always" }] },
      ],
    },
  },
};

Deno.test("a command is listed with its names, and shown with its chain by any of them", async () => {
  await using server = serveOperator({}, rules);
  const { body: [listed] } = await server.get("/api/commands");
  assertEquals([listed.command, listed.timing, listed.rules], [command, "after", 3]);
  for (const name of [command, listed.aliases[0]]) {
    const { body } = await server.get(`/api/commands/${name}`);
    assertEquals(body, {
      ...listed,
      chain: {
        budget: 3000,
        onError: "continue",
        rules: [
          { rule: "*[0] log", use: "log", conditional: false, always: false },
          { rule: `${command}[0] count`, use: "count", conditional: false, always: false },
          { rule: `${command}[1][0] log`, use: "log", conditional: true, always: true },
        ],
      },
    });
  }
});

Deno.test("commands without rules are left out where only others are asked for", async () => {
  await using server = serveOperator();
  assertEquals((await server.get("/api/commands")).body.length, 1);
  assertEquals((await server.get("/api/commands?withRules=true")).body, []);
});

Deno.test("for a command that there is not, the nearest is named", async () => {
  await using server = serveOperator();
  const { status, body } = await server.get("/api/commands/callbackAfterGroupMsgRedCommand");
  assertEquals(status, 404);
  assertStringIncludes(body.error, `did you mean ${command}?`);
});

Deno.test("counters are listed, and shown with their top keys by a window", async () => {
  await using server = serveOperator({}, rules);
  const reads = server.counters.open("reads", [
    { label: "1m", milliseconds: 60_000 },
    { label: "1h", milliseconds: 3_600_000 },
  ]);
  reads.add("early", 9, now - 120_000);
  reads.add("late", 5, now);
  const facts = { name: "reads", windows: ["1m", "1h"], keys: 2, evictions: 0 };
  assertEquals((await server.get("/api/counters")).body, [facts]);
  const late = { key: "late", totals: { "1m": 5, "1h": 5 } };
  const early = { key: "early", totals: { "1m": 0, "1h": 9 } };
  assertEquals((await server.get("/api/counters/reads")).body, { ...facts, top: [late] });
  const hourly = await server.get("/api/counters/reads?window=1h");
  assertEquals(hourly.body.top, [early, late]);
  assertEquals((await server.get("/api/counters/reads?window=1h&top=1")).body.top, [early]);
  assertEquals((await server.get("/api/counters/reads/key?key=late")).body, late);
});

Deno.test("a counter, a window or a key that there is not is said", async () => {
  await using server = serveOperator({}, rules);
  const said = async (path: string) => {
    const { status, body } = await server.get(path);
    return `${status} ${body.error}`;
  };
  const none = "404 there is no such counter; /api/counters lists them";
  assertEquals(await said("/api/counters/writes"), none);
  assertEquals(await said("/api/counters/writes/key?key=u1"), none);
  assertEquals(await said("/api/counters/reads/key?key=u1"), "404 the counter keeps no such key");
  assertEquals(
    await said("/api/counters/reads?window=2m"),
    "400 window: expected one of 1m, 1h",
  );
  assertStringIncludes(await said("/api/counters/reads?top=many"), "400 top: ");
  assertStringIncludes(await said("/api/counters/reads/key"), "400 key: ");
});

Deno.test("recent callbacks are found by command, by an alias of it, and by operation", async () => {
  const of = (name: string, operationID: string): RecentCallback => ({
    ...{ at: now, command: name, operationID, verdict: "continue", duration: 0.5 },
    rules: [{ rule: "*[0] log", use: "log", outcome: "pass", duration: 0.1 }],
  });
  const all = [of(command, "op-1"), of("callbackOther", "op-1"), of(command, "op-2")];
  await using server = serveOperator({ recent: () => all });
  const found = async (query: string) =>
    (await server.get(`/api/callbacks${query}`)).body.map(
      (callback: RecentCallback) => `${callback.command} ${callback.operationID}`,
    );
  assertEquals((await server.get("/api/callbacks?limit=1")).body, [
    { ...all[0], at: new Date(now).toISOString() },
  ]);
  assertEquals((await found("")).length, 3);
  assertEquals(await found("?operationID=op-1"), [`${command} op-1`, "callbackOther op-1"]);
  const ofCommand = [`${command} op-1`, `${command} op-2`];
  assertEquals(await found("?command=callbackGroupMsgReadCommand"), ofCommand);
  assertEquals(await found("?command=callbackMadeUp"), []);
});

Deno.test("the rules in force are shown as they were masked", async () => {
  await using server = serveOperator();
  assertEquals((await server.get("/api/rules")).body, {
    file: "rules.json",
    rules: { counters: { maxKeys: 100_000 } },
  });
});
