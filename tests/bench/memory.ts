/**
 * Whether memory stays bounded: a million callbacks with many keys go through rules that remember
 * every key, on a clock of their own. Prints the heap on the way, after garbage collection.
 *
 * `MEMORY_KEYS` is the number of distinct keys. `--smoke` sends few callbacks, for CI.
 *
 * @module
 */
import { ruleBench } from "../rules/rule_bench.ts";

const keys = Number(Deno.env.get("MEMORY_KEYS") ?? 200_000);
const callbacks = Deno.args.includes("--smoke") ? 10_000 : 1_000_000;
const perSecond = 1000;

const { clock, run } = ruleBench([
  { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] },
  { use: "dedupe", key: "sendID", within: "1m", action: "tag", tag: "again" },
  { use: "limit", key: "sendID", rate: "2/1m", message: "too many messages" },
]);

print("| callbacks | heap MiB | RSS MiB |", "| --- | --- | --- |");
let refused = 0;
for (let sent = 0; sent <= callbacks; sent++) {
  if (sent % (callbacks / 10) === 0) print(memoryAfter(sent));
  if (sent % perSecond === 0) clock.advance(1000);
  const sendID = `user${Math.floor(Math.random() * keys)}`;
  const { verdict } = await run({
    request: { sendID, receiveID: "u2", unreadMsgNum: 1 },
    receivedAt: clock.now(),
  });
  if (verdict.kind === "refuse") refused++;
}
print("", `${keys} keys; ${refused} callbacks beyond the limit`);

function memoryAfter(sent: number): string {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = Deno.memoryUsage();
  return `| ${sent} | ${
    [heapUsed, rss].map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(" | ")
  } |`;
}

function print(...lines: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
