/**
 * A steady load for `SOAK_MINUTES` (10) at `SOAK_RATE` (200) callbacks a second, each forwarded to a
 * target that answers and to one that always fails. Prints memory, the sizes of the outbox's files
 * and what they hold. `--smoke` takes two seconds, for CI.
 *
 * @module
 */
import { join } from "@std/path";
import { groupRead, startRouterProcess } from "../support/router_process.ts";

const smoke = Deno.args.includes("--smoke");
const minutes = smoke ? 1 / 30 : Number(Deno.env.get("SOAK_MINUTES") ?? 10);
const rate = Number(Deno.env.get("SOAK_RATE") ?? 200);
const lines = smoke ? 2 : 20;
/** Callbacks are sent this many times a second, several at once. */
const ticks = 20;
const mebibyte = 2 ** 20;

await using healthy = startQuietTarget(204);
await using failing = startQuietTarget(500);
await using router = await startRouterProcess({
  // a dead letter lives as long as a failing delivery does, so that both level off early; what
  // waits while the breaker is open is bounded by its age
  store: { keep: { dead: "30s" } },
  targets: {
    healthy: { url: urlOf(healthy), network: "private" },
    failing: {
      url: urlOf(failing),
      network: "private",
      retry: { attempts: 4, first: "5s", factor: 1, maxAge: "15s" },
    },
  },
  callbacks: {
    [groupRead]: { rules: [{ use: "forward", to: "healthy" }, { use: "forward", to: "failing" }] },
  },
});
const outbox = join(router.folder.path, "outbox.sqlite");
const body = JSON.stringify({
  sendID: "5118930138",
  receiveID: "5118930138",
  unreadMsgNum: 5,
  contentType: 3,
  ex: "x".repeat(300),
});

let answered = 0;
let failed = 0;
const began = performance.now();
const sending = setInterval(() => {
  for (let sent = 0; sent < rate / ticks; sent++) void send();
}, 1000 / ticks);
print(["second", "answered", "failed", "RSS MiB", "file MiB", "WAL MiB", "waiting", "dead"]);
print(Array.from({ length: 8 }, () => "---"));
for (let line = 1; line <= lines; line++) {
  const next = began + line * minutes * 60_000 / lines;
  await new Promise((over) => setTimeout(over, next - performance.now()));
  print(await measure());
}
clearInterval(sending);
if (answered === 0 || failed > 0) {
  throw new Error(`${failed} callbacks failed, ${answered} were answered`);
}

async function send(): Promise<void> {
  const answer = await router.post(body).then((response) => response.json(), () => undefined);
  if (answer?.errMsg === "Success" && answer.errDlt === "") answered++;
  else failed++;
}

async function measure(): Promise<readonly string[]> {
  const metrics = await (await fetch(`${router.operatorURL}/metrics`)).text();
  const sum = (pattern: string) =>
    [...metrics.matchAll(new RegExp(`^${pattern} (\\d+)$`, "gm"))]
      .reduce((all, [, value]) => all + Number(value), 0);
  const held = (state: string) =>
    `openim_router_outbox_deliveries\\{target="\\w+",state="${state}"\\}`;
  const sizeOf = async (path: string) => ((await Deno.stat(path)).size / mebibyte).toFixed(1);
  return [
    ((performance.now() - began) / 1000).toFixed(0),
    String(answered),
    String(failed),
    (sum("process_resident_memory_bytes") / mebibyte).toFixed(0),
    await sizeOf(outbox),
    await sizeOf(`${outbox}-wal`),
    String(sum(held("waiting"))),
    String(sum(held("dead"))),
  ];
}

/** A target that always answers the same and keeps nothing. */
function startQuietTarget(status: number): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await request.body?.cancel();
    return new Response(null, { status });
  });
}

function urlOf({ addr }: Deno.HttpServer<Deno.NetAddr>): string {
  return `http://127.0.0.1:${addr.port}/`;
}

function print(cells: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`| ${cells.join(" | ")} |\n`));
}
