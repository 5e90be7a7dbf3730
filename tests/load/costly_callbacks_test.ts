/** The real process with messages that are made to be costly: nobody else waits for long. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import {
  groupMessage,
  groupMessageSample,
  largeBodies,
  twentyConditions,
} from "../support/large_bodies.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { flagsOfStart } from "../support/start_task.ts";

const small = JSON.stringify(groupMessageSample);
const path = `/${groupMessage}`;

/** Far more than anybody waits now, and far less than when nothing was bounded. */
const longestWait = 1500;

/** Rules with each of the conditions. */
const rulesWith = (chain: object) => ({
  server: { bodyLimit: "2MiB" },
  callbacks: {
    [groupMessage]: {
      ...chain,
      rules: twentyConditions.map((when) => ({ use: "log", message: "true", when })),
    },
  },
});

Deno.test("a message of any content holds up nobody else's answer", async () => {
  await using router = await startRouterProcess(rulesWith({}));
  let done = false;
  const waits: number[] = [];
  const secondCaller = async () => {
    while (!done) {
      const start = performance.now();
      const answer = await router.post(small, { path });
      assertEquals((await answer.json()).errMsg, "Success");
      waits.push(performance.now() - start);
    }
  };
  const attacker = async () => {
    try {
      for (const [kind, body] of Object.entries(largeBodies)) {
        const answer = await router.post(body, { path });
        assertEquals([answer.status, (await answer.json()).errMsg], [200, "Success"], kind);
      }
    } finally {
      done = true;
    }
  };
  await Promise.all([secondCaller(), attacker()]);
  const longest = Math.max(...waits);
  assert(longest < longestWait, `the second caller waited ${longest} ms`);
});

Deno.test("texts that collide in V8's table of texts take as long as others", async () => {
  await using router = await startRouterProcess({}, { flags: await flagsOfStart() });
  const bodyOf = (step: number) => {
    const atUserList = Array.from({ length: 75_000 }, (_, index) => `${(index + 1) * step}`);
    return JSON.stringify({ ...groupMessageSample, atUserList });
  };
  const timeOf = async (body: string) => {
    const began = performance.now();
    const answer = await router.post(body, { path });
    assertEquals((await answer.json()).errMsg, "Success");
    return performance.now() - began;
  };
  await timeOf(small);
  const others = await timeOf(bodyOf(16_411));
  const colliding = await timeOf(bodyOf(16_384));
  // otherwise some 30 times as long
  assert(colliding < 5 * others + 50, `${colliding} ms, and ${others} ms`);
});

Deno.test("a rule that takes too long fails, and the chain's onError says what that means", async () => {
  await using router = await startRouterProcess({
    callbacks: {
      [groupMessage]: {
        onError: "refuse",
        rules: [{
          use: "refuse",
          message: "somebody is named twice",
          when: "atUserList.exists(u, size(atUserList.filter(v, v == u)) > 1)",
        }],
      },
    },
  });
  const atUserList = Array.from({ length: 4000 }, (_, index) => `user${index}`);
  const answer = await router.post(JSON.stringify({ ...JSON.parse(small), atUserList }), { path });
  const { errCode, nextCode } = await answer.json();
  assertEquals([errCode, nextCode], [5501, 1]);
  const failure = () => router.server.lines.find((line) => line.includes("rule failed"));
  await eventually("the failure is logged", () => failure() !== undefined);
  const line = JSON.parse(failure()!);
  assertEquals([line.level, line.rule], ["WARN", `${groupMessage}[0] refuse`]);
  assertStringIncludes(line.error, "the expressions take more than");
});
