import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { startTarget, type TargetAnswer } from "../support/target_server.ts";

const command = "callbackBeforeSendSingleMsgCommand";

/** Starts a router that waits for the answer of a target. */
async function waiting(answer: TargetAnswer, settings: object = {}) {
  const target = startTarget(answer);
  const router = await startRouterProcess({
    targets: { moderation: { url: target.url, network: "private", ...settings } },
    callbacks: { [command]: { rules: [{ use: "forward", to: "moderation", wait: true }] } },
  });
  return {
    answered: async () => {
      const response = await router.post(newestSample(command).body, { path: `/${command}` });
      return await response.json();
    },
    lines: (part: string) => router.server.lines.filter((line) => line.includes(part)),
    metrics: async () => await (await fetch(`${router.operatorURL}/metrics`)).text(),
    async [Symbol.asyncDispose]() {
      await router[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** A refusal whose errMsg is 禁止 in GBK. */
const refusalInGBK = new Uint8Array([
  ...new TextEncoder().encode('{"nextCode":1,"errCode":5007,"errMsg":"'),
  ...[0xbd, 0xfb, 0xd6, 0xb9],
  ...new TextEncoder().encode('"}'),
]);

Deno.test("a refusal in GBK that says so reaches the user as it was meant", async () => {
  const headers = { "content-type": "application/json; charset=gbk" };
  await using router = await waiting(() => new Response(refusalInGBK, { headers }));
  const { errCode, errMsg } = await router.answered();
  assertEquals([errCode, errMsg], [5007, "禁止"]);
});

Deno.test("a refusal in GBK that says nothing reaches the user without broken text, and is told", async () => {
  await using router = await waiting(() => new Response(refusalInGBK));
  const { errCode, errMsg, nextCode } = await router.answered();
  assertEquals([errCode, errMsg, nextCode], [5007, "not allowed", 1]);
  const told = () => router.lines("an answer is not in the charset that it names");
  await eventually("it is told", () => told().length > 0);
  assertStringIncludes(
    await router.metrics(),
    'odd_answers_total{target="moderation",kind="garbled"} 1',
  );
});

Deno.test("an errCode without a refusal is told once, and counted each time", async () => {
  await using router = await waiting(() => Response.json({ errCode: 201, errMsg: "blocked" }));
  for (let callback = 0; callback < 3; callback++) {
    assertEquals((await router.answered()).nextCode, 0);
  }
  assertStringIncludes(
    await router.metrics(),
    'odd_answers_total{target="moderation",kind="errCode"} 3',
  );
  const told = () => router.lines("an answer has an errCode and does not refuse");
  await eventually("it is told", () => told().length > 0);
  assertEquals(told().length, 1);
});

Deno.test("an echoed signature does not reach the log of a rule that failed", async () => {
  let signature = "";
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  await using router = await waiting(({ headers }) => {
    signature = headers.get("webhook-signature")!;
    return Response.json({ actionCode: 1, errMsg: `cannot verify ${signature}` });
  }, { secret });
  await router.answered();
  await eventually("it is told", () => router.lines("rule failed").length > 0);
  const [line = ""] = router.lines("rule failed");
  assertStringIncludes(line, "cannot verify ***");
  assertFalse(line.includes(signature));
});
