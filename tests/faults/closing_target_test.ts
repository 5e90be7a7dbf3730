/**
 * Targets that close connections which the router keeps open, with the router in a process of its
 * own: no verdict is lost, and no attempt counted.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Closing, closingTarget } from "../support/closing_target.ts";
import { eventually } from "../support/eventually.ts";
import { newestSample } from "../support/samples.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { burst, print, startForwarding } from "./forwarding.ts";

const command = "callbackBeforeSendSingleMsgCommand";
const callbacks = 200;
const refusal = JSON.stringify({ actionCode: 0, errCode: 5123, errMsg: "no", nextCode: 1 });
const closings: readonly Closing[] = ["at the second request", "with a 408", { after: 20 }];

for (const closing of closings) {
  const name = JSON.stringify(closing);

  Deno.test(`${callbacks} of ${callbacks} verdicts of a target that closes ${name} hold`, async () => {
    await using target = await closingTarget(closing, refusal);
    await using router = await startRouterProcess({
      targets: { moderation: { url: target.url, network: "private" } },
      callbacks: { [command]: { rules: [{ use: "forward", to: "moderation", wait: true }] } },
    });
    const body = newestSample(command).body;
    let refused = 0;
    for (let callback = 0; callback < callbacks; callback++) {
      const response = await router.post(body, { path: `/${command}` });
      const { errCode, nextCode } = await response.json();
      if (errCode === 5123 && nextCode === 1) refused++;
    }
    print(`a target that closes ${name}: ${refused} of ${callbacks} verdicts taken over`);
    assertEquals(refused, callbacks);
  });

  Deno.test(`deliveries to a target that closes ${name} need one attempt each`, async () => {
    await using target = await closingTarget(closing, "{}");
    await using router = await startForwarding({ closing: { url: target.url } });
    const answered = await burst(router, callbacks);
    await eventually("all have arrived", () => new Set(target.seen).size === answered.size);
    const metrics = await (await fetch(`${router.operatorURL}/metrics`)).text();
    assertEquals(
      metrics.match(/delivery_attempts_total\{[^}]*result="retry"\} [1-9].*/g),
      null,
    );
    assertEquals(router.server.lines.filter((line) => line.includes("delivery failed")), []);
  });
}
