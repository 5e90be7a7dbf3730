import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

Deno.test("the settings of the rules file reach the running router", async () => {
  await using router = await startRouterProcess({
    server: { bodyLimit: "1KiB", nextCode: "documented" },
    counters: { maxKeys: 2 },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "count", name: "reads", key: "sendID" },
          { use: "log", fields: { reads: "counts.reads['1m']" } },
          { use: "refuse", message: "after-callbacks are not refused" },
        ],
      },
    },
  });
  assertEquals(JSON.parse(await (await router.post(body)).text()).nextCode, "");
  assertEquals((await router.post(JSON.stringify({ more: "x".repeat(2000) }))).status, 413);
  for (const sendID of ["u2", "u3", "u1"]) {
    await (await router.post(JSON.stringify({ ...JSON.parse(body), sendID }))).body?.cancel();
  }
  const counted = () =>
    router.server.lines.flatMap((line) => line.includes('"reads"') ? [JSON.parse(line).reads] : []);
  await eventually("four callbacks are logged", () => counted().length === 4);
  assertEquals(counted(), [1, 1, 1, 1], "of three keys two are kept, so the first is new again");
  const warned = router.server.lines.some((line) => line.includes("does nothing here"));
  assertEquals(warned, true, "what check would warn of is logged");
});

Deno.test("with --pretty the log is for people, whatever the rules file says", async () => {
  await using router = await startRouterProcess({
    callbacks: { [groupRead]: { rules: [{ use: "log", message: "a read" }] } },
  }, { args: ["--pretty"] });
  await (await router.post(body)).body?.cancel();
  await eventually(
    "the line is there",
    () => router.server.lines.some((line) => line.includes("a read")),
  );
  const line = router.server.lines.find((line) => line.includes("a read"))!;
  assertEquals(line.startsWith("{"), false);
  assertStringIncludes(line, "rules");
});

Deno.test("deliveries for a target that is gone from the rules file are told as such", async () => {
  const forwarding = {
    targets: { analytics: { url: "http://127.0.0.1:9/", network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  };
  await using router = await startRouterProcess(forwarding);
  await (await router.post(body)).body?.cancel();
  const settings = JSON.parse(await Deno.readTextFile(router.rules));
  await Deno.writeTextFile(
    router.rules,
    JSON.stringify({ ...settings, targets: {}, callbacks: {} }),
  );
  await router.crashAndRestart();
  const line = router.server.lines.find((line) => line.includes('"analytics"'))!;
  assertStringIncludes(line, "does not name");
  assertStringIncludes(line, '"waiting":1');
});
