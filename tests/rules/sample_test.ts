import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type BenchRun, ruleBench, ruleProblems, type RuleSnippet } from "./rule_bench.ts";

const sample = (options: object): RuleSnippet => ({ use: "sample", key: "sendID", ...options });
const next: RuleSnippet = { use: "log" };

/** Whether the rule after a sample ran for each of the keys. */
async function letThrough(options: object, keys: readonly string[]): Promise<readonly boolean[]> {
  const bench = ruleBench([sample(options), next]);
  const through: boolean[] = [];
  for (const sendID of keys) {
    through.push(nextRan(await bench.run({ request: { sendID } })));
  }
  return through;
}

function nextRan({ traces }: BenchRun): boolean {
  return traces[1]?.outcome !== undefined;
}

const users = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

for (const rate of [0.01, 0.1, 0.5, 0.9]) {
  Deno.test(`of many keys a fraction near ${rate} is let through`, async () => {
    const keys = users(20_000);
    const through = (await letThrough({ rate }, keys)).filter(Boolean).length;
    // five standard deviations of as many independent throws
    const tolerance = 5 * Math.sqrt(keys.length * rate * (1 - rate));
    assert(Math.abs(through - keys.length * rate) < tolerance, `${through} of ${keys.length}`);
  });
}

Deno.test("a rate of 1 lets everything through and a rate of 0 nothing", async () => {
  const keys = users(1000);
  assert((await letThrough({ rate: 1 }, keys)).every((through) => through));
  assert((await letThrough({ rate: 0 }, keys)).every((through) => !through));
});

Deno.test("what a rate lets through every higher rate lets through", async () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(rate, rate, async (one, other) => {
      const keys = users(200);
      const lower = await letThrough({ rate: Math.min(one, other) }, keys);
      const higher = await letThrough({ rate: Math.max(one, other) }, keys);
      assert(lower.every((through, index) => !through || higher[index]));
    }),
    { numRuns: 30 },
  );
});

Deno.test("the same keys are let through on every machine and in every version", async () => {
  const through = await letThrough({ rate: 0.3 }, users(12));
  // the first 48 bits of SHA-256, as a part of 2^48
  assertEquals(users(12).filter((_, index) => through[index]), [
    "user0",
    "user1",
    "user7",
    "user9",
  ]);
});

Deno.test("callbacks of one key are treated alike", async () => {
  const through = await letThrough({ rate: 0.5 }, Array(50).fill("user1"));
  assertEquals(new Set(through).size, 1);
});

Deno.test("without a key every operation is on its own", async () => {
  const bench = ruleBench([{ use: "sample", rate: 0.5 }, next]);
  const through = new Set<boolean>();
  for (let operation = 0; operation < 50; operation++) {
    through.add(nextRan(await bench.run({ operationID: `operation${operation}` })));
  }
  assertEquals(through.size, 2);
});

Deno.test("what is not let through skips the rest and continues", async () => {
  const bench = ruleBench([sample({ rate: 0 }), { use: "refuse", message: "no" }]);
  const { traces, verdict } = await bench.run();
  assertEquals(traces[1]?.skipped, "stopped");
  assertEquals(verdict, { kind: "continue", overrides: {} });
});

Deno.test("what is not let through may be tagged instead", async () => {
  const bench = ruleBench([
    sample({ rate: 0.5, action: "tag", tag: "leftOut" }),
    { use: "log", message: "in", when: "!tags.leftOut" },
    { use: "log", message: "out", when: "tags.leftOut" },
  ]);
  const keys = users(50);
  for (const sendID of keys) await bench.run({ request: { sendID } });
  const through = await letThrough({ rate: 0.5 }, keys);
  assertEquals(
    bench.logged.map(({ message }) => message),
    through.map((isThrough) => isThrough ? "in" : "out"),
  );
});

Deno.test("a rate beyond 0 to 1 is an error", () => {
  for (const rate of [-0.1, 1.1, 10]) {
    const [problem] = ruleProblems([sample({ rate })]);
    assert(problem?.startsWith("rules[0].rate: "), problem);
  }
});

Deno.test("a key that the command does not have is an error", () => {
  assertEquals(ruleProblems([sample({ rate: 0.5, key: "sendId" })]), [
    'rules[0].key: unknown field "sendId", did you mean "sendID"?',
  ]);
});
