/**
 * A steady load on the real router with two targets, of which one fails: prints memory, the sizes
 * of the outbox's files and the backlog as they go.
 *
 * `SOAK_MINUTES` is how long (10), `SOAK_RATE` the callbacks a second (200).
 *
 * @module
 */
import { join } from "@std/path";
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import { OutboxAdmin } from "../../src/stores/outbox_admin.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";

const minutes = Number(Deno.env.get("SOAK_MINUTES") ?? 10);
const rate = Number(Deno.env.get("SOAK_RATE") ?? 200);
/** Lines that are printed. */
const lines = 20;
/** Callbacks are sent so many times a second, some at once. */
const ticks = 20;

const mebibyte = 2 ** 20;

using healthy = startQuietTarget(204);
using failing = startQuietTarget(500);
await using logs = await tempFolder();
await using router = await startRouterProcess({
  // a dead letter lives as long as a failing delivery does, so that both level off early; what
  // waits while the breaker is open is bounded by its age
  store: { keep: { dead: "30s" } },
  targets: {
    healthy: { url: healthy.url, network: "private" },
    failing: {
      url: failing.url,
      network: "private",
      retry: { attempts: 4, first: "5s", factor: 1, maxAge: "15s" },
    },
  },
  callbacks: {
    [groupRead]: { rules: [{ use: "forward", to: "healthy" }, { use: "forward", to: "failing" }] },
  },
}, { log: join(logs.path, "router.log") });
const outbox = join(router.folder.path, "outbox.sqlite");
const body = JSON.stringify({
  sendID: "5118930138",
  receiveID: "5118930138",
  unreadMsgNum: 5,
  contentType: 3,
  ex: "x".repeat(300),
});

const head = ["second", "answered", "RSS MiB", "file MiB", "WAL MiB", "waiting", "dead letters"];
const rows: (readonly string[])[] = [];
let answered = 0;
let failed = 0;
const began = performance.now();
const every = minutes * 60_000 / lines;
const sending = setInterval(() => {
  for (let sent = 0; sent < rate / ticks; sent++) void send();
}, 1000 / ticks);
for (let line = 1; line <= lines; line++) {
  const wait = began + line * every - performance.now();
  await new Promise((over) => setTimeout(over, wait));
  rows.push(await measure());
  processTerminal.err(rows.at(-1)!.join("  "));
}
clearInterval(sending);
processTerminal.out([
  `${rate} callbacks a second for ${minutes} minutes; ${failed} were not answered as they should`,
  columns(head, rows),
].join("\n\n"));

async function send(): Promise<void> {
  const answer = await router.post(body).then((response) => response.json(), () => undefined);
  if (answer?.errMsg === "Success" && answer.errDlt === "") answered++;
  else failed++;
}

async function measure(): Promise<readonly string[]> {
  using admin = new OutboxAdmin(outbox);
  return [
    ((performance.now() - began) / 1000).toFixed(0),
    String(answered),
    await residentMemory(router.server.pid),
    await fileSize(outbox),
    await fileSize(`${outbox}-wal`),
    String(admin.sequences({ statuses: ["waiting"] }).length),
    String(admin.sequences({ statuses: ["dead"] }).length),
  ];
}

async function fileSize(path: string): Promise<string> {
  return ((await Deno.stat(path)).size / mebibyte).toFixed(1);
}

/** The memory of a process that is in RAM, as Linux tells it. */
async function residentMemory(pid: number): Promise<string> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? "-" : (Number(kibibytes) / 1024).toFixed(1);
}

/** A target that answers always the same and keeps nothing. */
function startQuietTarget(status: number) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await request.body?.cancel();
    return new Response(null, { status });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.dispose]: () => void server.shutdown(),
  };
}
