import { assert, assertEquals } from "@std/assert";
import { processTerminal } from "../../src/cli/terminal.ts";
import { eventually } from "../support/eventually.ts";
import { groupRead, writeRules } from "../support/router_process.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** How much one callback's line has, characters; all lines together are more than may wait. */
const lineLength = 100_000;
const callbacks = 400;

/** A router whose standard error is read as far as its ports, and from then on when asked. */
async function startUnread() {
  const folder = await tempFolder();
  const rules = await writeRules(folder, {
    callbacks: { [groupRead]: { rules: [{ use: "log", message: "a read", fields: ["sendID"] }] } },
  });
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", "main.ts", "serve", rules],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const read = async () => {
    const { value, done } = await reader.read();
    text += value ?? "";
    return !done;
  };
  while (!/"operator":"[^"]+"/.test(text) && await read());
  const [, port] = /"port":(\d+)/.exec(text) ?? [];
  const [, operator] = /"operator":"([^"]+)"/.exec(text) ?? [];
  return {
    process,
    read,
    url: `http://127.0.0.1:${port}/callbackExample/${groupRead}`,
    lines: () => text.split("\n").slice(0, -1).map((line) => JSON.parse(line)),
    async dropped(): Promise<number> {
      const metrics = await (await fetch(`http://${operator}/metrics`)).text();
      return Number(/^openim_router_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      await reader.cancel();
      try {
        process.kill("SIGKILL");
      } catch {
        // it has ended
      }
      await process.status;
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function sendAll(url: string): Promise<number> {
  const body = JSON.stringify({
    ...{ sendID: "u".repeat(lineLength), receiveID: "u1", unreadMsgNum: 1, contentType: 3 },
  });
  let slowest = 0;
  for (let sent = 0; sent < callbacks; sent++) {
    const began = performance.now();
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    assertEquals((await response.json()).errMsg, "Success");
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}

Deno.test("a log that nobody reads delays no answer, and what is dropped is counted and told", async () => {
  await using router = await startUnread();
  const slowest = await sendAll(router.url);
  const dropped = await router.dropped();
  processTerminal.out(
    `unread log: ${callbacks} callbacks answered, the slowest in ${slowest.toFixed(1)} ms, ` +
      `${dropped} lines dropped and counted`,
  );
  assert(dropped > 0 && dropped < callbacks, `${dropped} lines dropped`);
  assert(slowest < 2000, `an answer took ${slowest} ms`);

  const logged = () => router.lines().filter(({ message }) => message === "a read").length;
  const told = () => router.lines().find(({ message }) => message === "log lines dropped");
  while (told() === undefined && await router.read());
  assertEquals(told().dropped, dropped);
  while (logged() < callbacks - dropped && await router.read());
  assertEquals(await router.dropped(), dropped, "what was told stays counted");
});

Deno.test("a log that nobody reads does not keep the router from stopping", async () => {
  await using router = await startUnread();
  await sendAll(router.url);
  router.process.kill("SIGTERM");
  let ended = false;
  void router.process.status.then(() => ended = true);
  await eventually("the process has ended", () => ended, { within: 10_000 });
  assertEquals((await router.process.status).code, 0);
});
