import { assertEquals, assertIsError, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { SampleError, simulateAll } from "../../src/cli/simulate_all.ts";
import { ConfigError } from "../../src/config/source/config_error.ts";
import { pluginFile } from "../config/rules_project.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { root } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

const before = "callbackBeforeSampledCommand";
const after = "callbackAfterSampledCommand";
const broken = "callbackBrokenCommand";

/** The plugin files of every trial. */
const files = {
  "own/before.ts": pluginFile(before, {
    timing: "before",
    overrides: "z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string() }).partial()",
  }),
  "own/after.ts": pluginFile(after),
};

interface Trial {
  readonly url?: string;
  /** Further files. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Simulates every sample; returns the rows as cells, the last line, and the error, if any. */
async function simulated(
  callbacks: object,
  { url = "http://127.0.0.1:9/", more = {} }: Trial = {},
) {
  await using folder = await tempFolder();
  for (const [name, text] of Object.entries({ ...files, ...more })) await folder.write(name, text);
  const file = await folder.write(
    "rules.json",
    JSON.stringify({
      plugins: { builtin: false, folders: ["own"] },
      targets: { analytics: { url, network: "private" } },
      callbacks,
    }),
  );
  const terminal = recordedTerminal();
  const failure: unknown = await simulateAll(file, terminal).catch((error) => error);
  const lines = terminal.output.trimEnd().split("\n");
  const rows = new Map(
    lines.map((line) => line.split(/ {2,}/)).map(([command, ...cells]) => [command, cells]),
  );
  const left = (await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name)).sort();
  return { rows, failure, lastLine: lines.at(-1), left };
}

const refuse = { use: "refuse", message: "not here" };

Deno.test("every command has a line with what ran, the outcome and the answer", async () => {
  const { rows, failure, lastLine } = await simulated({
    "*": { rules: [{ use: "log" }] },
    [before]: { rules: [{ use: "log", when: "unreadMsgNum > 100" }, refuse] },
  });
  assertEquals(rows.get("command"), ["rules that ran", "outcome", "answer"]);
  assertEquals(rows.get(before), ["log > refuse", "refuse", "refuse 5001 not here"]);
  assertEquals(rows.get(after), ["log", "pass", "continue"]);
  assertEquals([failure, lastLine], [undefined, "2 samples pass"]);
});

Deno.test("a command without rules is answered with continue", async () => {
  const { rows } = await simulated({});
  assertEquals(rows.get(before), ["-", "-", "continue"]);
});

Deno.test("a refusal of an after-callback is answered with continue", async () => {
  const { rows } = await simulated({ [after]: { rules: [refuse] } });
  assertEquals(rows.get(after), ["refuse", "refuse", "continue"]);
});

Deno.test("the fields of an answer are named, three at most", async () => {
  const override = (set: object) => ({ [before]: { rules: [{ use: "override", set }] } });
  const three = { a: "''", b: "''", c: "''" };
  const answers = [
    await simulated(override(three)),
    await simulated(override({ ...three, d: "''" })),
  ].map(({ rows }) => rows.get(before));
  assertEquals(answers, [
    ["override", "override", "continue with a, b, c"],
    ["override", "override", "continue with a, b, c and 1 more"],
  ]);
});

Deno.test("a rule that fails is told with its place, and is an error", async () => {
  const { rows, failure, lastLine } = await simulated({
    [after]: { rules: [{ use: "log", fields: ["unreadMsgNum / 0"] }] },
  });
  assertEquals(rows.get(after)?.slice(0, 2), ["log", `fail: ${after}[0] log: division by zero`]);
  assertIsError(failure, SampleError, "1 of 2 samples failed");
  assertEquals(lastLine?.startsWith(before), true);
});

Deno.test("a sample that is turned away is told with the reason, and is an error", async () => {
  const file = pluginFile(broken).replace("sample: {", `sample: { callbackCommand: "${before}",`);
  const { rows, failure } = await simulated({}, { more: { "own/broken.ts": file } });
  assertEquals(
    rows.get(broken)?.[1],
    `turned away: the path names "${broken}", the body "${before}"`,
  );
  assertIsError(failure, SampleError, "1 of 3 samples failed");
});

Deno.test("what one sample leaves in a shared chain's counters is not seen by the next", async () => {
  const { rows } = await simulated({
    "*": {
      rules: [
        { use: "count", name: "calls", key: "sendID" },
        { ...refuse, when: "counts.calls['1m'] > 1" },
      ],
    },
  });
  assertEquals([before, after].map((name) => rows.get(name)?.[0]), ["count", "count"]);
});

Deno.test("nothing is sent and nothing is stored", async () => {
  await using target = startTarget();
  const forwards = [
    { use: "forward", to: "analytics" },
    { use: "forward", to: "analytics", wait: true },
  ];
  const { rows, left } = await simulated({ [before]: { rules: forwards } }, { url: target.url });
  assertEquals(rows.get(before)?.[0], "forward > forward");
  assertEquals([target.received, left], [[], ["own", "rules.json"]]);
});

Deno.test("a bad rules file is a ConfigError", async () => {
  const { failure } = await simulated({ "*": { rules: [{ use: "logg" }] } });
  assertIsError(failure, ConfigError);
  await assertRejects(() => simulateAll("nowhere.json", recordedTerminal()), ConfigError);
});

Deno.test("every command of the router passes with the router's own rules", async () => {
  const terminal = recordedTerminal();
  await simulateAll(join(root, "rules.json"), terminal);
  const commands = terminal.output.split("\n").map((line) => line.split(" ")[0]);
  assertEquals(commands.slice(1, -3), ownRegistry.plugins.map(({ command }) => command));
});
