/** Changes of the files that the rules name, through the real process. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { certificates } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";
import { root } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const beforeSend = "callbackBeforeSendSingleMsgCommand";

/** Beside an outbox the system is not asked for changes: they are found by a look once a second. */
const apart = { store: { path: "data/outbox.sqlite" } };

const logged = ({ server }: RouterProcess, message: string, count = 1) =>
  eventually(`"${message}" is logged ${count} times`, () => {
    return server.lines.filter((line) => line.includes(`"message":"${message}`)).length >= count;
  });

/** What the word list says of a message's text: the code of its refusal, or 0. */
async function codeOf(router: RouterProcess, content: string): Promise<number> {
  const { fields } = newestSample(beforeSend);
  const text = JSON.stringify({ ...fields, content: JSON.stringify({ content }) });
  return (await (await router.post(text, { path: `/${beforeSend}` })).json()).errCode;
}

Deno.test("a target's certificate authority that was replaced is trusted without a restart", async () => {
  const [former, current] = [await certificates(), await certificates()];
  await using target = startTarget(undefined, { tls: current });
  await using router = await startRouterProcess({
    ...apart,
    targets: {
      secure: { url: target.url, network: "private", ca: "ca.pem", retry: { delays: ["1h"] } },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "secure" }] } },
  }, { files: { "ca.pem": former.ca } });
  await router.post(body);
  await logged(router, "delivery failed");
  await router.folder.write("ca.pem", current.ca);
  await logged(router, "rules replaced");
  await router.post(body);
  await target.arrived(1);
  await router.folder.write("ca.pem", "no certificate");
  await logged(router, "rules file refused, the rules in force stay");
  await router.post(body);
  await target.arrived(2);
});

Deno.test("a config map that is mounted anew changes the rules and their word list in one", async () => {
  const rules = [{ use: "words", files: ["spam.txt"], action: "refuse", code: 5010 }];
  await using router = await startRouterProcess(
    { ...apart, callbacks: { [beforeSend]: { rules } } },
    { files: { "spam.txt": "casino\n" } },
  );
  const { folder } = router;
  const text = await Deno.readTextFile(router.rules);
  /** As Kubernetes does: a folder for each version, and one link that is swapped. */
  const publish = async (version: number, files: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(files)) {
      await folder.write(`..v${version}/${name}`, content);
    }
    await Deno.symlink(`..v${version}`, join(folder.path, "..data_tmp"));
    await Deno.rename(join(folder.path, "..data_tmp"), join(folder.path, "..data"));
    if (version > 1) await Deno.remove(join(folder.path, `..v${version - 1}`), { recursive: true });
  };
  await publish(1, { "rules.json": text, "spam.txt": "poker\n" });
  for (const name of ["spam.txt", "rules.json"]) {
    await Deno.remove(join(folder.path, name));
    await Deno.symlink(`..data/${name}`, join(folder.path, name));
  }
  await eventually("the list of the first version is in force", async () => {
    return await codeOf(router, "poker") === 5010;
  });
  await publish(2, { "rules.json": text.replace("5010", "5011"), "spam.txt": "lottery\n" });
  await eventually("the second version is in force", async () => {
    return await codeOf(router, "lottery") === 5011;
  });
  assertEquals(await codeOf(router, "poker"), 0);
  await publish(3, { "rules.json": text.replace("5010", "5012"), "spam.txt": "roulette\n" });
  await eventually("the third version is in force", async () => {
    return await codeOf(router, "roulette") === 5012;
  });
});

Deno.test("what waits for a target that is gone stays, and goes out when the target is back", async () => {
  let up = false;
  await using target = startTarget(() => new Response(null, { status: up ? 204 : 503 }));
  const leaving = {
    url: target.url,
    network: "private",
    retry: { delays: Array(20).fill("1s") },
    breaker: false,
  };
  const to = (names: readonly string[]) => ({
    ...apart,
    targets: Object.fromEntries(names.map((name) => [name, leaving])),
    callbacks: { [groupRead]: { rules: names.map((name) => ({ use: "forward", to: name })) } },
  });
  await using router = await startRouterProcess(to(["leaving"]));
  const { server, operator } = JSON.parse(await Deno.readTextFile(router.rules));
  const change = (rules: object) =>
    Deno.writeTextFile(router.rules, JSON.stringify({ server, operator, ...rules }));
  await router.post(body);
  await target.arrived(1);
  await change(to([]));
  await logged(router, "rules replaced");
  up = true;
  const before = target.received.length;
  assertEquals((await (await router.post(body)).json()).errCode, 0);
  await change(to(["leaving"]));
  await logged(router, "rules replaced", 2);
  await target.arrived(before + 1);
  const ids = new Set(target.received.map(({ headers }) => headers.get("webhook-id")));
  assertEquals(ids.size, 1);
});

Deno.test("two changes at once end with the later one in force, whichever was read first", async () => {
  await using router = await startRouterProcess({
    ...apart,
    callbacks: { [beforeSend]: { rules: [{ use: "refuse", code: 5000, message: "no" }] } },
  });
  const text = await Deno.readTextFile(router.rules);
  for (let round = 1; round <= 20; round++) {
    const [one, other] = [5000 + 2 * round, 5001 + 2 * round];
    await Deno.writeTextFile(router.rules, text.replace("5000", String(one)));
    router.server.kill("SIGHUP");
    await Deno.rename(
      await router.folder.write("next.json", text.replace("5000", String(other))),
      router.rules,
    );
    router.server.kill("SIGHUP");
    await eventually(`${other} is in force`, async () => await codeOf(router, "") === other);
  }
});

/** A plugin file that says of itself when it starts and when it ends. */
const startingPlugin = (name: string) => `
import { definePlugin } from "${root}/src/extension/define_plugin.ts";
import { z } from "zod";
export default definePlugin({
  command: "callbackAfterStartingCommand",
  timing: "after",
  area: "test",
  summary: "For tests.",
  request: z.looseObject({}),
  sample: {},
  start({ log, signal }) {
    log("info", "${name} started", {});
    signal.addEventListener("abort", () => log("info", "${name} ended", {}));
  },
});`;

Deno.test("a plugin that is replaced ends what it started, and a stop ends what is in force", async () => {
  await using router = await startRouterProcess(
    { plugins: { folders: ["own"] } },
    { files: { "own/starting.ts": startingPlugin("first") } },
  );
  await logged(router, "first started");
  await router.folder.write("own/starting.ts", startingPlugin("second"));
  router.server.kill("SIGHUP");
  await logged(router, "second started");
  await logged(router, "first ended");
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
  await logged(router, "second ended");
});
