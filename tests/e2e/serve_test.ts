import { assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

const success = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };

/** A body whose int64 does not survive a JSON round trip, with OpenIM's escapes and newline. */
const body = `{"callbackCommand":"${groupRead}","sendID":"u1","receiveID":"u1",` +
  '"unreadMsgNum":9007199254740993,"contentType":3,"ex":"\\u003cb\\u003e"}\n';

Deno.test("a group-read callback is answered, logged, counted and delivered", async () => {
  await using target = startTarget();
  await using router = await startRouterProcess({
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: {
      "*": { rules: [{ use: "log", fields: { sendID: "body.sendID" } }] },
      [groupRead]: {
        rules: [
          { use: "count", name: "reads", key: "sendID", windows: ["1m"] },
          { use: "forward", to: "analytics", when: "counts.reads['1m'] == 2" },
          { use: "log", message: "counted", fields: { total: "counts.reads['1m']" } },
        ],
      },
    },
  });

  for (const operationID of ["op-first", "op-second"]) {
    const response = await router.post(body, { headers: { operationID } });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("operationid"), operationID);
    assertEquals(await response.json(), success);
  }

  // the rule before the forward counted both: only the second was forwarded
  const [delivery] = await target.arrived(1);
  assertEquals(delivery!.text, body);
  assertEquals(delivery!.headers.get("operationid"), "op-second");
  assertEquals(delivery!.headers.get("x-callback-command"), groupRead);
  assertEquals(delivery!.headers.get("x-delivery-attempt"), "1");
  assertMatch(delivery!.headers.get("webhook-id")!, /^[0-9a-f-]{36}$/);
  assertEquals(target.received.length, 1);

  const logged = () => router.server.lines.map((line) => JSON.parse(line));
  await eventually(
    "both callbacks are logged",
    () => logged().filter(({ message }) => message === "counted").length === 2,
  );
  const lines = logged().filter(({ operationID }) => operationID === "op-second");
  assertEquals(
    lines.map(({ message, command, sendID, total }) => ({ message, command, sendID, total })),
    [
      { message: "callback", command: groupRead, sendID: "u1", total: undefined },
      { message: "counted", command: groupRead, sendID: undefined, total: 2 },
    ],
  );
});

Deno.test("every form of the URL gets the documented answer", async () => {
  await using router = await startRouterProcess({});
  for (
    const path of [
      `/${groupRead}`,
      "/callbackGroupMsgReadCommand",
      "?command=callbackGroupMsgReadCommand&contenttype=json",
      `//${groupRead}/?key=eyJzZW5kSUQiOiJ1MSJ9`,
      "",
    ]
  ) {
    const response = await router.post(body, { path });
    assertEquals(await response.text(), JSON.stringify(success), path);
    assertEquals(response.headers.get("content-type"), "application/json");
  }
});
