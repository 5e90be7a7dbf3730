/**
 * What the router costs, as ratios to a bare server in the same run: each contender in a process
 * of its own, rounds interleaved, medians printed. Processes are started anew in every round: one
 * keeps for its life what luck it has with memory and compiler, which differs by a tenth and more.
 *
 * @module
 */
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { endServer, type ServerProcess, startServer } from "../support/server_process.ts";
import { cpuSince, type Load, loadTool, runLoad, threadTimes } from "./load.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 5);
const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? 4);
/** Seconds that a process is warmed up before it is measured. */
const warmUp = 2;
const connections = 64;
const command = "callbackAfterGroupMsgReadCommand";
const body = `${
  JSON.stringify({
    callbackCommand: command,
    sendID: "5118930138",
    receiveID: "5118930138",
    unreadMsgNum: 128,
    contentType: 3,
  })
}\n`;

interface Contender {
  readonly name: string;
  readonly start: () => Promise<ServerProcess>;
  readonly forwards: boolean;
  readonly rounds: Round[];
}

interface Round extends Load {
  /** CPU microseconds per request, of all the process's threads. */
  readonly cpu: number;
}

const log = { use: "log", fields: ["sendID", "unreadMsgNum"] };
const count = { use: "count", name: "groupReads", key: "sendID", windows: ["1m", "1h"] };
const forward = { use: "forward", to: "analytics" };

const folder = await Deno.makeTempDir({ prefix: "router-bench-" });
const contenders: Contender[] = [];
const target = await startServer("tests/bench/contenders/target.ts");
try {
  addScript("bare", "bare.ts");
  addScript("hono+zod by hand", "hono_zod.ts");
  addScript("hono+zod, same duties", "hono_zod_duties.ts");
  addRouter("router: count, not measured", [count], { enabled: false });
  addRouter("router: count", [count]);
  addRouter("router: log+count", [log, count]);
  addRouter("router: log+count+forward", [log, count, forward]);

  const tool = await loadTool();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) contender.rounds.push(await measure(contender, tool));
  }
  print(tool);
} finally {
  await endServer(target);
  await Deno.remove(folder, { recursive: true });
}

function addScript(name: string, script: string): void {
  const start = () => startServer(`tests/bench/contenders/${script}`);
  contenders.push({ name, start, forwards: false, rounds: [] });
}

function addRouter(
  name: string,
  rules: readonly object[],
  operator: object = { listen: "127.0.0.1:0" },
): void {
  const start = async () => {
    const own = await Deno.makeTempDir({ dir: folder });
    const file = join(own, "rules.json");
    await Deno.writeTextFile(
      file,
      JSON.stringify({
        server: { listen: "127.0.0.1:0" },
        operator,
        store: { path: "outbox.sqlite" },
        targets: { analytics: { url: `http://127.0.0.1:${target.port}/`, network: "private" } },
        callbacks: { [command]: { rules } },
      }),
    );
    return await startServer("main.ts", ["serve", file], { log: join(own, "log") });
  };
  contenders.push({ name, start, forwards: rules.includes(forward), rounds: [] });
}

/** A round of a contender in a process of its own, after one to warm up. */
async function measure(contender: Contender, tool: "wrk" | "autocannon"): Promise<Round> {
  const server = await contender.start();
  try {
    const measured = { contender, server, tool };
    await underLoad(measured, warmUp);
    return await underLoad(measured, seconds);
  } finally {
    await endServer(server);
  }
}

/** What is measured, and what with. */
interface Measured {
  readonly contender: Contender;
  readonly server: ServerProcess;
  readonly tool: "wrk" | "autocannon";
}

async function underLoad({ contender, server, tool }: Measured, duration: number): Promise<Round> {
  const before = await received();
  const url = `http://127.0.0.1:${server.port}/callbackExample/${command}`;
  const threads = await threadTimes(server.pid);
  const load = await runLoad(tool, { url, body, connections, seconds: duration });
  const cpu = await cpuSince(server.pid, threads) / load.requests;
  // a backlog would be delivered at the cost of the next round; wrk may leave some unread
  if (contender.forwards) {
    await eventually(
      "the target has every delivery",
      async () => await received() - before >= load.requests,
      { within: 300_000 },
    );
  }
  return { ...load, cpu };
}

async function received(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${target.port}/`);
  return (await response.json()).received;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function print(tool: string): void {
  const of = ({ rounds }: Contender, field: keyof Round) =>
    median(rounds.map((round) => round[field]));
  const bare = contenders[0]!;
  const lines = [
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${tool}; medians`,
    "",
    "| contender | requests/s | ratio | p50 ms | ratio | p99 ms | ratio | CPU µs/request | ratio |",
    "|---|---|---|---|---|---|---|---|---|",
    ...contenders.map((contender) => {
      const cells = (["perSecond", "p50", "p99", "cpu"] as const).flatMap((field) => {
        const value = of(contender, field);
        const shown = field === "perSecond" ? Math.round(value).toString() : value.toFixed(2);
        return [shown, (value / of(bare, field)).toFixed(2)];
      });
      return `| ${contender.name} | ${cells.join(" | ")} |`;
    }),
    "",
  ];
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n")));
}
