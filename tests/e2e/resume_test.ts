/** A target that is disabled, resumed from the command line while the router runs. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const token = "a-token-of-enough-length";
const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 });

function resume(router: Pick<RouterProcess, "rules">, target: string, ...args: string[]) {
  return runRouter([
    ...["deliveries", "resume", "--target", target, "--rules", router.rules, ...args],
  ]);
}

Deno.test("a target that is gone is shown as disabled, and delivers when it is resumed", async () => {
  let gone = true;
  await using target = startTarget(() => new Response(null, { status: gone ? 410 : 204 }));
  await using router = await startRouterProcess({
    operator: { token },
    targets: { analytics: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });
  const shown = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${router.operatorURL}/api/targets`, { headers })).json())[0];
  };
  assertEquals((await shown()).state, "enabled");
  await (await router.post(body)).body?.cancel();
  await (await router.post(body)).body?.cancel();
  await eventually("it is disabled", async () => (await shown()).state === "disabled");
  const { reason, waiting, breaker } = await shown();
  assertEquals([reason, waiting, breaker], ["the target answered with status 410", 2, "closed"]);

  gone = false;
  const before = target.received.length;
  const done = await resume(router, "analytics", "--url", router.operatorURL);
  assertEquals([done.code, done.err], [0, ""]);
  assertMatch(done.out, /^analytics is resumed/);
  await target.arrived(before + 2);
  await eventually("it is enabled", async () => (await shown()).state === "enabled");

  const again = await resume(router, "analytics", "--url", router.operatorURL);
  assertMatch(again.out, /neither disabled nor left alone/);
  const other = await resume(router, "other", "--url", router.operatorURL);
  assertEquals(other.code, 1);
  assertStringIncludes(other.err, "the rules file names no such target");
});

Deno.test("where no router can be asked, what is in the way is said, and what to do", async () => {
  await using folder = await tempFolder();
  const of = (operator: object) => folder.write("rules.json", JSON.stringify({ operator }));
  const said = async (operator: object) => {
    const { code, err } = await resume({ rules: await of(operator) }, "analytics");
    assertEquals(code, 1);
    return err;
  };
  assertMatch(await said({ listen: "127.0.0.1:9" }), /127\.0\.0\.1:9: .*; start it, or .*--url/);
  assertMatch(await said({ enabled: false }), /operator\.enabled is false.*SIGHUP/);
  assertMatch(await said({ listen: "127.0.0.1:0" }), /any free port; .*--url/);
});

Deno.test("a URL that cannot be asked is said without what may be a secret in it", async () => {
  await using folder = await tempFolder();
  const rules = await folder.write("rules.json", "{}");
  const url = "http://bob:s3cret@127.0.0.1:9/s3cret";
  const { err } = await resume({ rules }, "analytics", "--url", url);
  assertStringIncludes(err, "no router can be asked at http://127.0.0.1:9/***: ");
  assertEquals(err.includes("s3cret"), false, err);
});
