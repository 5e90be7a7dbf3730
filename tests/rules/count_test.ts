import { assertEquals, assertStringIncludes } from "@std/assert";
import { aPlugin, ruleBench, ruleProblems, type RuleSnippet, testCommand } from "./rule_bench.ts";

const reads = (options: object = {}): RuleSnippet => ({ use: "count", name: "reads", ...options });

/** Logs a window of the counter, so that a test sees what later rules see. */
const see = (window = "1m"): RuleSnippet => ({
  use: "log",
  fields: { seen: `counts.reads['${window}']` },
});

/** A bench whose every run answers what the next rule sees. */
function counting(rule: RuleSnippet, window = "1m") {
  const bench = ruleBench([rule, see(window)]);
  return async (request: object = {}, receivedAt = bench.clock.now()) => {
    const defaults = { sendID: "u1", receiveID: "g1", unreadMsgNum: 5 };
    await bench.run({ request: { ...defaults, ...request }, receivedAt });
    return Number(bench.logged.at(-1)?.properties.seen);
  };
}

Deno.test("later rules see how many callbacks there were", async () => {
  const count = counting(reads());
  assertEquals([await count(), await count(), await count()], [1, 2, 3]);
});

Deno.test("callbacks of different keys are counted apart", async () => {
  const count = counting(reads({ key: "sendID" }));
  assertEquals(
    [await count({ sendID: "a" }), await count({ sendID: "a" }), await count({ sendID: "b" })],
    [1, 2, 1],
  );
});

Deno.test("without a key there is one count", async () => {
  const count = counting(reads());
  assertEquals([await count({ sendID: "a" }), await count({ sendID: "b" })], [1, 2]);
});

Deno.test("a key may be a number", async () => {
  const count = counting(reads({ key: "unreadMsgNum" }));
  assertEquals(
    [
      await count({ unreadMsgNum: 1 }),
      await count({ unreadMsgNum: 2 }),
      await count({
        unreadMsgNum: 1,
      }),
    ],
    [1, 1, 2],
  );
});

Deno.test("a key may be a condition", async () => {
  const count = counting(reads({ key: "unreadMsgNum > 10" }));
  assertEquals(
    [
      await count({ unreadMsgNum: 1 }),
      await count({ unreadMsgNum: 20 }),
      await count({
        unreadMsgNum: 2,
      }),
    ],
    [1, 1, 2],
  );
});

Deno.test("a key may be an optional field, absent ones counting as one", async () => {
  const count = counting(reads({ key: "contentType" }));
  assertEquals(
    [
      await count({ contentType: 3 }),
      await count(),
      await count({ contentType: 3 }),
      await count(),
    ],
    [1, 1, 2, 2],
  );
});

Deno.test("a key cannot be a map", () => {
  assertEquals(ruleProblems([reads({ key: "{'a': sendID}" })]), [
    "rules[0].key: expected string, a number or a bool, but this gives map<string, string>",
  ]);
});

Deno.test("a key that turns out to be a list is a failure and the chat goes on", async () => {
  const bench = ruleBench([reads({ key: "atUserIDs" })]);
  const { failures, verdict } = await bench.run({
    request: { sendID: "u1", receiveID: "g1", unreadMsgNum: 5, atUserIDs: ["u2"] },
  });
  assertEquals(failures.map(({ error }) => error.message), ["a key cannot be a list or a map"]);
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("a counter may add a fixed amount", async () => {
  const count = counting(reads({ by: 10 }));
  assertEquals([await count(), await count()], [10, 20]);
});

Deno.test("a counter may add what the callback says", async () => {
  const count = counting(reads({ by: "unreadMsgNum * 2" }));
  assertEquals([await count({ unreadMsgNum: 3 }), await count({ unreadMsgNum: 4 })], [6, 14]);
});

Deno.test("an amount that is no whole number is an error", () => {
  assertEquals(ruleProblems([reads({ by: "unreadMsgNum * 0.5" })]), [
    "rules[0].by: expected int, but this gives double",
  ]);
});

Deno.test("what is older than the window is not counted any more", async () => {
  const count = counting(reads({ windows: ["1m"] }));
  const start = 1_754_300_000_000;
  await count({}, start);
  assertEquals(await count({}, start + 30_000), 2);
  assertEquals(await count({}, start + 200_000), 1);
});

Deno.test("every window counts for itself", async () => {
  const bench = ruleBench([reads({ windows: ["1m", "1h"] }), see("1m"), see("1h")]);
  await bench.run({ receivedAt: 1_754_300_000_000 });
  await bench.run({ receivedAt: 1_754_300_300_000 });
  assertEquals(bench.logged.slice(-2).map(({ properties }) => Number(properties.seen)), [1, 2]);
});

Deno.test("a counter whose rule did not run is 0 for later rules", async () => {
  const count = counting(reads({ when: "unreadMsgNum > 100" }));
  assertEquals(await count(), 0);
});

Deno.test("a condition may ask for an earlier count", async () => {
  const bench = ruleBench([
    reads(),
    { use: "log", message: "often", when: "counts.reads['1m'] > 2" },
  ]);
  for (let run = 0; run < 3; run++) await bench.run();
  assertEquals(bench.logged.map(({ message }) => message), ["often"]);
});

Deno.test("a misspelt counter is an error", () => {
  assertEquals(ruleProblems([reads(), { use: "log", when: "counts.raeds['1m'] > 2" }]), [
    'rules[1].when: no "count" named "raeds" stands before this rule, did you mean "reads"?',
  ]);
});

Deno.test("a window that the counter does not have is an error", () => {
  const [problem] = ruleProblems([reads(), { use: "log", when: "counts.reads['5m'] > 2" }]);
  assertStringIncludes(problem!, 'rules[1].when: counts.reads has no "5m", only "1m"');
});

Deno.test("a rule does not see a counter of a later rule", () => {
  const [problem] = ruleProblems([{ use: "log", when: "counts.reads['1m'] > 2" }, reads()]);
  assertStringIncludes(problem!, 'rules[0].when: no "count" named "reads" stands before this rule');
});

Deno.test("counters of one name share their counts over commands", async () => {
  const other = "callbackBeforeOtherCommand";
  const bench = ruleBench([reads(), see()], {
    plugins: [aPlugin(), aPlugin({ command: other })],
    chains: { [other]: [reads()] },
  });
  await bench.run({ command: other });
  await bench.run();
  assertEquals(Number(bench.logged[0]?.properties.seen), 2);
});

Deno.test("counters of one name over different windows are an error", () => {
  const other = "callbackBeforeOtherCommand";
  assertEquals(
    ruleProblems([reads({ windows: ["1m"] })], {
      plugins: [aPlugin(), aPlugin({ command: other })],
      chains: { [other]: [reads({ windows: ["5m", "1h"] })] },
    }).length,
    1,
  );
});

Deno.test("an error of different windows names the taken ones and the remedy", () => {
  const first = "callbackBeforeATestCommand";
  const [problem] = ruleProblems([reads({ windows: ["5m"] })], {
    plugins: [aPlugin({ command: first }), aPlugin()],
    chains: { [first]: [reads({ windows: ["1m", "1h"] })] },
  });
  assertEquals(
    problem,
    'rules[0].windows: "reads" is already counted over "1m", "1h"; give this counter another name',
  );
});

Deno.test("a count says nothing about the verdict", async () => {
  const { outcomes } = await ruleBench([reads()]).run();
  assertEquals(outcomes, [{ kind: "pass" }]);
});

Deno.test("a counter of the general chain is seen by a command's own rules", async () => {
  const bench = ruleBench([see()], { chains: { "*": [reads()] } });
  const { traces } = await bench.run();
  assertEquals(traces.map(({ name }) => name), ["*[0] count", `${testCommand}[0] log`]);
  assertEquals(Number(bench.logged[0]?.properties.seen), 1);
});

Deno.test("a window, a name and a fixed amount of the wrong form are errors", () => {
  assertEquals(
    ruleProblems([reads({ name: "3 reads", windows: [], by: -1 })]).map((line) =>
      line.split(": ")[0]
    ),
    ["rules[0].name", "rules[0].windows", "rules[0].by"],
  );
});

const seeBoth: RuleSnippet = {
  use: "log",
  fields: { a: "counts.first['1m']", b: "counts.second['1m']" },
};

Deno.test("two counters of one chain are both seen by later rules", async () => {
  const bench = ruleBench([
    { use: "count", name: "first", by: 2 },
    { use: "count", name: "second", by: 3 },
    seeBoth,
  ]);
  await bench.run();
  const { a, b } = bench.logged[0]!.properties;
  assertEquals([Number(a), Number(b)], [2, 3]);
});

Deno.test("a counter of the general chain is seen beside a command's own", async () => {
  const bench = ruleBench([{ use: "count", name: "second", by: 3 }, seeBoth], {
    chains: { "*": [{ use: "count", name: "first", by: 2 }] },
  });
  await bench.run();
  const { a, b } = bench.logged[0]!.properties;
  assertEquals([Number(a), Number(b)], [2, 3]);
});

Deno.test("a rule sees its windows as it writes them, whatever another rule calls them", async () => {
  const other = "callbackBeforeATestCommand";
  const bench = ruleBench([reads({ windows: ["1m"] }), see("1m")], {
    plugins: [aPlugin({ command: other }), aPlugin()],
    chains: { [other]: [reads({ windows: ["60s"] }), see("60s")] },
  });
  await bench.run({ command: other });
  await bench.run();
  assertEquals(bench.logged.map(({ properties }) => Number(properties.seen)), [1, 2]);
});

for (const name of ["constructor", "__proto__", "toString", "in", "true", "null"]) {
  Deno.test(`a counter cannot be called ${name}, which expressions read as something else`, () => {
    assertEquals(ruleProblems([reads({ name })]), [
      `rules[0].name: "${name}" has a meaning of its own in expressions; choose another name`,
    ]);
  });
}

for (const [by, wrong] of [["-1", "-1"], ["unreadMsgNum", "-5"]] as const) {
  Deno.test(`"by" of ${by} that gives ${wrong} is a failure and counts nothing`, async () => {
    const bench = ruleBench([reads({ by }), see()]);
    const { failures } = await bench.run({
      request: { sendID: "u1", receiveID: "g1", unreadMsgNum: -5 },
    });
    assertEquals(failures.map(({ error }) => `${error.name}: ${error.message}`), [
      `AmountError: "by" gives ${wrong}, which is negative: nothing is counted`,
    ]);
    assertEquals(Number(bench.logged.at(-1)?.properties.seen), 0);
  });
}

Deno.test('"by" beyond what can be added up exactly is a failure', async () => {
  const { failures } = await ruleBench([reads({ by: "9007199254740992" })]).run();
  assertStringIncludes(failures[0]!.error.message, "is above 9007199254740991");
});

Deno.test("a callback counts until it is as old as the window, to the millisecond", async () => {
  const bench = ruleBench([reads({ by: "unreadMsgNum" }), see()]);
  const run = async (unreadMsgNum: number) => {
    await bench.run({ request: { sendID: "u1", receiveID: "g1", unreadMsgNum } });
    return Number(bench.logged.at(-1)?.properties.seen);
  };
  assertEquals(await run(3), 3);
  bench.clock.advance(59_999);
  assertEquals(await run(0), 3);
  bench.clock.advance(1);
  assertEquals(await run(0), 0);
});

for (const jump of [-3_600_000, 3_600_000]) {
  Deno.test(`a clock that is set by ${jump} ms changes no count`, async () => {
    const bench = ruleBench([reads(), see()]);
    const run = async () => {
      await bench.run({ receivedAt: 0 });
      return Number(bench.logged.at(-1)?.properties.seen);
    };
    assertEquals(await run(), 1);
    bench.clock.jump(bench.clock.now() + jump);
    assertEquals(await run(), 2);
    bench.clock.advance(59_999);
    assertEquals(await run(), 3);
    bench.clock.advance(1);
    assertEquals(await run(), 2, "the first two are as old as the window");
  });
}
