import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

const callbacks = 2_000;
const senders = 32;

Deno.test("kill -9 in a burst with the target down loses no answered callback", async () => {
  // a port where nobody listens until the router has been killed
  const down = startTarget();
  const { port, url } = down;
  await down[Symbol.asyncDispose]();
  await using router = await startRouterProcess({
    targets: {
      analytics: {
        url,
        network: "private",
        concurrency: 64,
        retry: { attempts: 100, first: "1s", factor: 1 },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });

  const answered = new Set<string>();
  let next = 0;
  const send = async () => {
    while (next < callbacks) {
      const sendID = `user-${next++}`;
      const body = JSON.stringify({ sendID, receiveID: sendID, unreadMsgNum: 1, contentType: 3 });
      try {
        const response = await router.post(body, { headers: { operationID: sendID } });
        const { errMsg } = await response.json();
        if (errMsg === "Success") answered.add(sendID);
      } catch {
        return; // the router is gone, as it should be
      }
      if (answered.size === callbacks / 2) router.server.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  assert(answered.size >= callbacks / 2, `only ${answered.size} were answered`);
  assert(next < callbacks, "the router was killed only after the burst");

  await using target = startTarget(undefined, { port });
  await router.crashAndRestart();
  const lost = new Set(answered);
  await eventually("every answered callback is delivered", () => {
    for (const { headers } of target.received) lost.delete(headers.get("operationid")!);
    return lost.size === 0;
  }, { within: 60_000 }).catch(() => assertEquals([...lost], []));
});
