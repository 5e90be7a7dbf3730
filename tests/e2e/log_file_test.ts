import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

const logging = (log: object) => ({
  // beside an outbox the system is not asked for changes: they are found by a look once a second
  store: { path: "data/outbox.sqlite" },
  log,
  callbacks: { [groupRead]: { rules: [{ use: "log", message: "a read" }] } },
});

type Line = Readonly<Record<string, unknown>>;

async function linesIn({ folder }: RouterProcess, name: string): Promise<readonly Line[]> {
  const text = await Deno.readTextFile(join(folder.path, name)).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

const has = (lines: readonly Line[], message: string) =>
  lines.some((line) => line.message === message);

async function post(router: RouterProcess, operationID = "op-1"): Promise<void> {
  const response = await router.post(body, { headers: { operationID } });
  assertEquals(response.status, 200);
  await response.body?.cancel();
}

Deno.test("the log goes to a file beside the rules file, and standard error says where", async () => {
  await using router = await startRouterProcess(logging({ file: { path: "logs/router.log" } }), {
    logFile: "logs/router.log",
  });
  await post(router);
  await eventually("the line is there", async () => {
    return has(await linesIn(router, "logs/router.log"), "a read");
  });
  assertEquals(router.server.lines.length, 1);
  const { message, file } = JSON.parse(router.server.lines[0]!);
  assertEquals([message, file], [
    "the log is written to a file",
    join(router.folder.path, "logs/router.log"),
  ]);
});

Deno.test("SIGHUP opens the file again, for those who have moved it", async () => {
  await using router = await startRouterProcess(logging({ file: { path: "router.log" } }), {
    logFile: "router.log",
  });
  const path = join(router.folder.path, "router.log");
  await Deno.rename(path, `${path}-yesterday`);
  router.server.kill("SIGHUP");
  await eventually("the new file is written", async () => {
    return has(await linesIn(router, "router.log"), "rules replaced");
  });
  await post(router);
  await eventually("the line is there", async () => {
    return has(await linesIn(router, "router.log"), "a read");
  });
  assertEquals(has(await linesIn(router, "router.log-yesterday"), "listening"), true);
});

Deno.test("another file takes over with the rules, and one that cannot be written does not", async () => {
  await using router = await startRouterProcess(logging({}));
  const change = async (log: object) => {
    const settings = JSON.parse(await Deno.readTextFile(router.rules));
    const text = JSON.stringify({ ...settings, log });
    await Deno.rename(await router.folder.write("next.json", text), router.rules);
  };
  await change({ file: { path: "a.log" } });
  await eventually("the file is written", async () => {
    return has(await linesIn(router, "a.log"), "rules replaced");
  });
  await router.folder.write("b.log/in the way", "");
  await change({ file: { path: "b.log" } });
  const refused = "the log's new file cannot be used, the log stays where it is";
  await eventually("that is told where the log is", async () => {
    return has(await linesIn(router, "a.log"), refused);
  });
  await post(router);
  await eventually("the line is there", async () => has(await linesIn(router, "a.log"), "a read"));
});

Deno.test("fields that log.redact names are on no line, from the next callback after a change on", async () => {
  const rules = (redact: readonly string[]) => ({
    log: { redact },
    callbacks: {
      [groupRead]: { rules: [{ use: "log", fields: { who: "sendID", body: "body" } }] },
    },
  });
  await using router = await startRouterProcess(rules([]));
  const logged = () =>
    router.server.lines.map((line) => JSON.parse(line)).filter((line) => "who" in line);
  await post(router);
  const settings = JSON.parse(await Deno.readTextFile(router.rules));
  const next = JSON.stringify({ ...settings, ...rules(["sendID"]) });
  await Deno.rename(await router.folder.write("next.json", next), router.rules);
  await eventually(
    "the rules are replaced",
    () => router.server.lines.some((line) => line.includes("rules replaced")),
  );
  await post(router);
  await eventually("both are logged", () => logged().length === 2);
  assertEquals(logged().map(({ who, body }) => [who, body.sendID, body.receiveID]), [
    ["u1", "u1", "u1"],
    ["[redacted]", "[redacted]", "u1"],
  ]);
});
