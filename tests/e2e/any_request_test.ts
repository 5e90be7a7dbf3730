/** The real process under requests of every kind: it answers each, and answers the next. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { assertConsent } from "../http/any_answer.ts";
import { anyRequest } from "../http/any_request.ts";
import { requestBytes, sendAndHangUp, sendRaw } from "../http/raw_request.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { startTarget } from "../support/target_server.ts";

const runs = 100;
const parallel = 8;

Deno.test(`the process outlives ${runs * parallel} requests of every kind`, async () => {
  await using target = startTarget();
  await using router = await startRouterProcess({
    server: { bodyLimit: "64KiB" },
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: {
      "*": {
        rules: [
          { use: "count", name: "all", key: "operationID", windows: ["1m"] },
          { use: "forward", to: "analytics", when: 'operationID == "op-good"' },
          { use: "log", fields: { all: "body" } },
        ],
      },
    },
  });
  const { port } = router.server;
  const many = fc.array(anyRequest, { minLength: parallel, maxLength: parallel });
  const property = fc.asyncProperty(many, async ([hurried, ...requests]) => {
    await Promise.all([
      sendAndHangUp(port, requestBytes(hurried!)),
      ...requests.map(async (request) => assertConsent(await sendRaw(port, request))),
    ]);
  });
  await fc.assert(property, { numRuns: runs });

  const { command, body } = newestSample("callbackBeforeSetFriendRemarkCommand");
  const answer = await router.post(body, {
    path: `/${command}`,
    headers: { operationid: "op-good" },
  });
  assertEquals((await answer.json()).remark, JSON.parse(body).remark);
  assertEquals((await target.arrived(1))[0]!.text, body);
});
