/**
 * Two attacks by keys on the real router: bodies near the largest with a key as long, and keys of
 * one length beyond 16,383 characters. Prints the router's memory and what another caller waits.
 *
 * `ATTACK_SECONDS` is how long each attack takes (600), `ATTACKERS` how many send at once (2).
 *
 * @module
 */
import { join } from "@std/path";
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { flagsOfStart } from "../support/start_task.ts";
import { tempFolder } from "../support/temp_folder.ts";

const seconds = Number(Deno.env.get("ATTACK_SECONDS") ?? 600);
const attackers = Number(Deno.env.get("ATTACKERS") ?? 2);
/** How often the other caller sends, milliseconds. */
const pause = 20;
const command = "callbackBeforeSendSingleMsgCommand";
const rules = [
  { use: "dedupe", action: "tag", tag: "again" },
  { use: "count", name: "sent", key: "clientMsgID", windows: ["1m", "1h"] },
  { use: "limit", key: "clientMsgID", rate: "1000/1m" },
];
const sample = JSON.parse(
  await Deno.readTextFile(new URL(`../samples/${command}.json`, import.meta.url)),
);

const rows: (readonly string[])[] = [];
for (const [attack, length] of [["keys of 1 MB", 1_040_000], ["keys of 16 kB", 16_400]] as const) {
  rows.push([attack, ...await attacked(length)]);
}
processTerminal.out(columns(
  ["attack", "callbacks", "failed", "RSS MiB", "highest", "p50 ms", "p99 ms", "longest ms"],
  rows,
));

/** Attacks a fresh router with keys of a length; what it came to, for people. */
async function attacked(length: number): Promise<readonly string[]> {
  await using logs = await tempFolder();
  await using router = await startRouterProcess(
    { callbacks: { [command]: { rules } } },
    { log: join(logs.path, "router.log"), flags: await flagsOfStart() },
  );
  const end = performance.now() + seconds * 1000;
  const path = `/${command}`;
  const waits: number[] = [];
  let sent = 0;
  let failed = 0;
  let highest = 0;
  const send = async (clientMsgID: string) => {
    const body = JSON.stringify({ ...sample, clientMsgID });
    const answer = await router.post(body, { path })
      .then((response) => response.json(), () => undefined);
    if (answer?.errCode !== 0) failed++;
  };
  const attack = async () => {
    while (performance.now() < end) await send(String(sent++).padStart(length, "x"));
  };
  const innocent = async () => {
    for (let number = 0; performance.now() < end; number++) {
      const began = performance.now();
      await send(`innocent-${number}`);
      waits.push(performance.now() - began);
      if (number % 50 === 0) highest = Math.max(highest, await residentMemory(router.server.pid));
      await new Promise((over) => setTimeout(over, pause));
    }
  };
  await Promise.all([...Array.from({ length: attackers }, attack), innocent()]);
  const last = await residentMemory(router.server.pid);
  waits.sort((one, other) => one - other);
  const at = (part: number) => (waits[Math.floor(part * (waits.length - 1))] ?? NaN).toFixed(1);
  return [
    ...[sent, failed, Math.round(last), Math.round(Math.max(last, highest))].map(String),
    ...[at(0.5), at(0.99), at(1)],
  ];
}

/** The memory of a process that is in RAM, as Linux tells it, MiB. */
async function residentMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / 1024;
}
