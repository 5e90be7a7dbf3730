import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { milliseconds } from "../../src/values/duration.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { eventually } from "../support/eventually.ts";
import { isThere } from "../support/programs.ts";
import { groupRead } from "../support/router_process.ts";
import { endServer, startServer } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";
import { deployed, environment, flagsAndRest, install, run } from "./installed.ts";

const unit = await deployed("openim-callback-router.service");
const ignore = !isThere("systemd-analyze");

/** A setting of the unit, lines that go on put together. */
function setting(name: string, text = unit): string {
  const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) =>
    line.slice(name.length + 1)
  ).join(" ");
}

Deno.test("the unit's command answers, delivers, reloads on SIGHUP and stops on SIGTERM", async () => {
  await using target = startTarget();
  await using installed = await install();
  const words = installed.placed(setting("ExecStart")).split(/\s+/);
  const { start, flags, rest: [script, ...args] } = flagsAndRest(words);
  assertEquals(start, [Deno.execPath(), "run"]);
  assertEquals(args, ["serve", installed.rules]);
  const env = { ...environment, ANALYTICS_URL: target.url, ROUTER_LISTEN: "127.0.0.1:0" };
  const server = await startServer(script!, args, { env, flags });
  try {
    const url =
      `http://127.0.0.1:${server.port}/${environment.OPENIM_CALLBACK_SECRET}/${groupRead}`;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 }),
    });
    assertEquals((await answer.json()).errMsg, "Success");
    await target.arrived(1);
    assertEquals(setting("ExecReload"), "/bin/kill -HUP $MAINPID");
    server.kill("SIGHUP");
    await eventually(
      "the rules are loaded again",
      () => server.lines.some((line) => line.includes("rules replaced")),
    );
    const warned = server.lines.filter((line) => line.includes('"WARN"'));
    assertEquals(warned, [], "nothing lacks a right");
    server.kill(setting("KillSignal") as Deno.Signal);
    assertEquals((await server.status).code, 0);
  } finally {
    await endServer(server);
  }
});

Deno.test("the unit waits longer for a stop than the router takes at most", () => {
  const { stopWithin } = rulesFile.parse({}).server;
  // the operator's listener has a second to close
  assert(Number(setting("TimeoutStopSec")) * 1000 > milliseconds(stopWithin) + 1000);
});

Deno.test("the unit allows files for as many connections as the router takes", () => {
  const { connections } = rulesFile.parse({}).server.limits;
  assert(Number(setting("LimitNOFILE")) > 2 * connections);
});

Deno.test("the unit writes to the folder of its state alone", () => {
  const folder = `/var/lib/${setting("StateDirectory")}`;
  assertStringIncludes(setting("ExecStart"), ` --allow-write=${folder} `);
  assertEquals(setting("ProtectSystem"), "strict");
  assertEquals(setting("ReadWritePaths"), "");
});

Deno.test("systemd takes the unit as it is", { ignore }, async () => {
  await using installed = await install();
  const text = unit.replace("/usr/local/bin/deno", Deno.execPath());
  const file = await installed.folder.write("openim-callback-router.service", text);
  const { success, out, err } = await run("systemd-analyze", ["verify", "--man=no", file]);
  // it tells faults of the machine's other units as well
  const told = `${out}${err}`.split("\n").filter((line) => line.includes("openim"));
  assertEquals(told, []);
  assert(success || !`${out}${err}`.includes("openim"));
});

Deno.test("systemd finds the unit exposed at 1.5 of 10 at most", { ignore }, async () => {
  await using installed = await install();
  const file = await installed.folder.write("openim-callback-router.service", unit);
  const args = ["security", "--offline=true", "--no-pager", "--threshold=15", file];
  const { success, out } = await run("systemd-analyze", args);
  assert(success, out.split("\n").filter((line) => !line.startsWith("✓")).join("\n"));
});
