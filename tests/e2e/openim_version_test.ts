/** The version of OpenIM that a rules file names, in the real process. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";

const callbacks = { [groupRead]: { rules: [{ use: "log", message: "read" }] } };
const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 5, contentType: 3 });
const otherVersion = "another version of OpenIM calls than the rules file names";

async function warnings({ operatorURL }: RouterProcess): Promise<readonly string[]> {
  return (await (await fetch(`${operatorURL}/readyz`)).json()).warnings;
}

const told = ({ server }: RouterProcess) =>
  server.lines.filter((line) => line.includes(otherVersion)).map((line) => JSON.parse(line));

Deno.test("another version than the one that is named is told once, in the log and by /readyz", async () => {
  await using router = await startRouterProcess({ openim: { version: "3.8.3" }, callbacks });
  await (await router.post(body)).text();
  assertEquals([told(router).length, await warnings(router)], [0, []]);
  for (let times = 0; times < 3; times++) {
    await (await router.post(body, { path: "/callbackGroupMsgReadCommand" })).text();
  }
  await eventually("it stands in the log", () => told(router).length > 0);
  assertEquals(
    told(router).map(({ calledAs, named, shown }) => ({ calledAs, named, shown })),
    [{
      calledAs: "callbackGroupMsgReadCommand",
      named: "3.8.3",
      shown: "3.5.0-beta.1 and later, before 3.7.0",
    }],
  );
  const [warning = "", ...more] = await warnings(router);
  assertStringIncludes(
    warning,
    "OpenIM 3.8.3, but its requests show 3.5.0-beta.1 and later, before 3.7.0",
  );
  assertEquals(more, []);
});

Deno.test("a rules file that names no version is told nothing of versions", async () => {
  await using router = await startRouterProcess({ callbacks });
  await (await router.post(body, { path: "/callbackGroupMsgReadCommand" })).text();
  assertEquals(await warnings(router), []);
});
