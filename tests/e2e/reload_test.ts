import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import {
  groupRead,
  type RouterProcess,
  startRouterProcess,
  writeRules,
} from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { endServer, root, startServer } from "../support/server_process.ts";
import { flagsOfStart } from "../support/start_task.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const beforeSend = "callbackBeforeSendSingleMsgCommand";

/** Beside an outbox the system is not asked for changes: they are found by a look once a second. */
const apart = { store: { path: "data/outbox.sqlite" } };

const withRules = (rules: readonly unknown[], more: object = {}) => ({
  ...apart,
  ...more,
  callbacks: { [groupRead]: { rules } },
});

const counting = (label: string, windows: readonly string[] = ["1h"]) =>
  withRules([
    { use: "count", name: "reads", key: "sendID", windows },
    { use: "log", message: label, fields: { reads: `counts.reads['${windows[0]}']` } },
  ]);

/** Replaces the rules file, as an editor does; the address and the store stay. */
async function change({ rules, folder }: RouterProcess, next: object | string): Promise<void> {
  const { server, store } = JSON.parse(await Deno.readTextFile(rules));
  const text = typeof next === "string" ? next : JSON.stringify({ server, store, ...next });
  await Deno.rename(await folder.write(".rules.json.swp", text), rules);
}

/** The log's lines with a message. */
const lines = ({ server }: RouterProcess, message: string): Record<string, unknown>[] =>
  server.lines.map((line) => JSON.parse(line)).filter((line) => line.message === message);

const logged = (router: RouterProcess, message: string, count = 1) =>
  eventually(`"${message}" is logged ${count} times`, () => {
    return lines(router, message).length >= count;
  });

const posted = async (router: RouterProcess) => await (await router.post(body)).json();

Deno.test("a changed rules file answers, and its counters go on", async () => {
  await using router = await startRouterProcess(counting("before"));
  await posted(router);
  await change(router, counting("after"));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "after");
  assertEquals(lines(router, "after")[0]?.reads, 2);
  assertEquals(lines(router, "rules replaced")[0]?.generation, 2);
});

Deno.test("a counter whose windows changed starts anew, and the log says so", async () => {
  await using router = await startRouterProcess(counting("before"));
  await posted(router);
  await change(router, counting("after", ["1m"]));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "after");
  assertEquals(lines(router, "after")[0]?.reads, 1);
  assertEquals(lines(router, "rules replaced")[0]?.restartedCounters, ["reads"]);
});

Deno.test("a bad rules file changes nothing and is told with its places", async () => {
  await using router = await startRouterProcess(counting("before"));
  const { server } = JSON.parse(await Deno.readTextFile(router.rules));
  await change(router, withRules([{ use: "logg" }]));
  await logged(router, "rules file refused, the rules in force stay");
  const [refused] = lines(router, "rules file refused, the rules in force stay");
  assertStringIncludes(String(refused?.problems), "rules[0].use: unknown rule");
  await posted(router);
  await logged(router, "before");
  await Deno.writeTextFile(router.rules, JSON.stringify({ server, ...counting("mended") }));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "mended");
  assertEquals(lines(router, "mended")[0]?.reads, 2);
});

Deno.test("a callback in flight ends with the rules that it started with", async () => {
  const held = Promise.withResolvers<Response>();
  await using slow = startTarget(() => held.promise);
  const targets = { slow: { url: slow.url, network: "private" } };
  await using router = await startRouterProcess(withRules([
    { use: "forward", to: "slow", wait: true },
    { use: "log", message: "before" },
  ], { targets }));
  const answer = posted(router);
  await slow.arrived(1);
  await change(router, withRules([{ use: "log", message: "after" }]));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "after");
  held.resolve(Response.json({ actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 }));
  assertEquals((await answer).nextCode, 0);
  await logged(router, "before");
});

Deno.test("callbacks in flight count against their bound also after the rules were replaced", async () => {
  const held = Promise.withResolvers<Response>();
  await using slow = startTarget(() => held.promise);
  const targets = { slow: { url: slow.url, network: "private" } };
  await using router = await startRouterProcess(
    withRules([{ use: "forward", to: "slow", wait: true }], {
      targets,
      server: { limits: { inFlight: 1 } },
    }),
  );
  const answer = posted(router);
  await slow.arrived(1);
  await change(router, withRules([{ use: "log", message: "after" }]));
  await logged(router, "rules replaced");
  assertEquals((await posted(router)).errCode, 5529);
  held.resolve(Response.json({ actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 }));
  assertEquals((await answer).errCode, 0);
  await eventually("there is room again", async () => (await posted(router)).errCode === 0);
});

Deno.test("a changed word list is loaded", async () => {
  const rules = [{ use: "words", files: ["spam.txt"], action: "refuse", code: 5010 }];
  await using router = await startRouterProcess(
    { ...apart, callbacks: { [beforeSend]: { rules } } },
    { files: { "spam.txt": "casino\n" } },
  );
  const message = async (content: string) => {
    const { fields } = newestSample(beforeSend);
    const text = JSON.stringify({ ...fields, content: JSON.stringify({ content }) });
    return (await (await router.post(text, { path: `/${beforeSend}` })).json()).errCode;
  };
  assertEquals([await message("casino"), await message("poker")], [5010, 0]);
  await router.folder.write("spam.txt", "poker\n");
  await logged(router, "rules replaced");
  assertEquals([await message("casino"), await message("poker")], [0, 5010]);
});

Deno.test("targets change while the router runs: new, moved and gone", async () => {
  await using before = startTarget();
  await using after = startTarget();
  const forwarding = (targets: Record<string, { url: string; network: string }>) =>
    withRules(Object.keys(targets).map((to) => ({ use: "forward", to })), { targets });
  await using router = await startRouterProcess(
    forwarding({
      moving: { url: before.url, network: "private" },
      leaving: { url: before.url, network: "private" },
    }),
  );
  await posted(router);
  await before.arrived(2);
  await change(
    router,
    forwarding({
      moving: { url: after.url, network: "private" },
      coming: { url: after.url, network: "private" },
    }),
  );
  await logged(router, "rules replaced");
  await posted(router);
  await after.arrived(2);
  assertEquals(before.received.length, 2);
  const [{ targetsAdded, targetsChanged, targetsRemoved } = {}] = lines(router, "rules replaced");
  assertEquals([targetsAdded, targetsChanged, targetsRemoved], [["coming"], ["moving"], [
    "leaving",
  ]]);
});

Deno.test("what needs a restart is told at its place, and the rest changes", async () => {
  await using router = await startRouterProcess(counting("before"));
  await change(router, {
    ...counting("after"),
    server: { listen: "127.0.0.1:1", bodyLimit: "16B" },
    store: { path: "other.sqlite" },
  });
  await logged(router, "rules replaced");
  const kept = "setting kept until a restart";
  const told = () => lines(router, kept).map(({ setting }) => String(setting)).join("\n");
  await eventually("both are told", () => told().includes("store.path"));
  assertStringIncludes(
    told(),
    'server.listen: changes with a restart; until then "127.0.0.1:0" holds',
  );
  assertEquals((await router.post(body)).status, 413);
});

Deno.test("SIGHUP loads a changed plugin file, with the permissions of deno task start", async () => {
  const flags = await flagsOfStart();
  const plugin = (summary: string, code: number) => `
    import { definePlugin } from "${root}/src/extension/define_plugin.ts";
    import { z } from "zod";
    export default definePlugin({
      command: "callbackBeforeReviewCommand",
      timing: "before",
      area: "test",
      summary: "${summary}",
      request: z.looseObject({}),
      sample: {},
      handle: () => ({ kind: "refuse", code: ${code}, message: "no", detail: "" }),
    });`;
  await using router = await startRouterProcess({ ...apart, plugins: { folders: ["own"] } }, {
    files: { "own/review.ts": plugin("First.", 5001) },
    flags,
  });
  const code = async () => {
    const response = await router.post("{}", { path: "/callbackBeforeReviewCommand" });
    return (await response.json()).errCode;
  };
  assertEquals(await code(), 5001);
  await router.folder.write("own/review.ts", plugin("Second.", 5002));
  router.server.kill("SIGHUP");
  await logged(router, "rules replaced");
  assertEquals(await code(), 5002);
  assertEquals(lines(router, "rules replaced")[0]?.cause, "signal");
  await change(router, { callbacks: {} });
  await logged(router, "rules replaced", 2);
  assertEquals(lines(router, "rules replaced")[1]?.cause, "file");
});

Deno.test("SIGHUP while the router is starting is not forgotten", async () => {
  await using folder = await tempFolder();
  const plugin = (code: number, top = "") => `
    import { definePlugin } from "${root}/src/extension/define_plugin.ts";
    import { z } from "zod";
    ${top}
    export default definePlugin({
      command: "callbackBeforeReviewCommand",
      timing: "before",
      area: "test",
      summary: "Waits until it may go on.",
      request: z.looseObject({}),
      sample: {},
      handle: () => ({ kind: "refuse", code: ${code}, message: "no", detail: "" }),
    });`;
  const file = await folder.write(
    "own/review.ts",
    plugin(
      5001,
      `await Deno.writeTextFile("${folder.path}/pid", String(Deno.pid));
       while (!(await Deno.stat("${folder.path}/go").catch(() => false))) {
         await new Promise((tick) => setTimeout(tick, 5));
       }`,
    ),
  );
  const rules = await writeRules(folder, { plugins: { folders: ["own"] } });
  const starting = startServer("main.ts", ["serve", rules]);
  const pid = () => Deno.readTextFile(join(folder.path, "pid")).catch(() => "");
  await eventually("the plugin is being loaded", async () => await pid() !== "");
  await Deno.writeTextFile(file, plugin(5002));
  Deno.kill(Number(await pid()), "SIGHUP");
  await folder.write("go", "");
  const server = await starting;
  try {
    await eventually("the changed plugin answers", async () => {
      const response = await fetch(`http://127.0.0.1:${server.port}/callbackBeforeReviewCommand`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      return (await response.json()).errCode === 5002;
    });
  } finally {
    await endServer(server);
  }
});

Deno.test("the log's level changes with the rules file", async () => {
  const logging = (level: string) => ({
    log: { level },
    ...withRules([{ use: "log", level: "debug", message: "a detail" }]),
  });
  await using router = await startRouterProcess(logging("info"));
  await posted(router);
  await change(router, logging("debug"));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "a detail");
  assertEquals(lines(router, "a detail").length, 1);
});

Deno.test("a rules file that was deleted leaves the router as it is until it is back", async () => {
  await using router = await startRouterProcess(counting("before"));
  const text = await Deno.readTextFile(router.rules);
  await Deno.remove(router.rules);
  await logged(router, "rules file refused, the rules in force stay");
  await posted(router);
  await logged(router, "before");
  await Deno.writeTextFile(join(router.folder.path, "rules.json"), text.replace("before", "back"));
  await logged(router, "rules replaced");
  await posted(router);
  await logged(router, "back");
});
