/**
 * What the router costs beside bare servers in the same run, and how many callbacks it answers and
 * delivers. Each contender runs in a process of its own, which is started anew in each round, and
 * the rounds are interleaved. Prints medians as Markdown. `--smoke` takes a moment, for CI.
 *
 * @module
 */
import { eventually } from "../support/eventually.ts";
import { groupRead } from "../support/router_process.ts";
import { endServer, startServer } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import {
  bareDeno,
  bareForwarder,
  bareHono,
  type Contender,
  counting,
  forwarding,
} from "./contenders.ts";
import { type Load, type LoadOptions, quantile, runLoad } from "./load.ts";

const smoke = Deno.args.includes("--smoke");
const latency = smoke
  ? { rounds: 1, warmUp: 0.1, seconds: 0.2 }
  : { rounds: 5, warmUp: 2, seconds: 3 };
const endToEnd = smoke ? { rounds: 1, seconds: 1 } : { rounds: 3, seconds: 20 };
const connections = [2, 8, 64];
const syncs = smoke ? 5 : 50;

const path = `/callbackExample/${groupRead}`;
const body = `${
  JSON.stringify({
    callbackCommand: groupRead,
    sendID: "5118930138",
    receiveID: "5118930138",
    unreadMsgNum: 128,
    contentType: 3,
  })
}\n`;

const target = await startServer("tests/bench/contenders/target.ts");
try {
  print(
    `${new Date().toISOString().slice(0, 10)}, Deno ${Deno.version.deno}, ` +
      `${navigator.hardwareConcurrency} processors, load average ${Deno.loadavg()[0]!.toFixed(1)}`,
  );
  await measureLatency();
  await measureEndToEnd();
} finally {
  await endServer(target);
}

async function measureLatency(): Promise<void> {
  const contenders = [bareHono, bareDeno, counting, forwarding];
  const loads = new Map<string, Load[]>();
  const syncTimes: number[] = [];
  for (let round = 0; round < latency.rounds; round++) {
    syncTimes.push(...await timesOfSyncs());
    for (const contender of contenders) {
      await using running = await contender.start(targetURL());
      const { port } = running;
      await delivered(contender, { port, connections: 8, seconds: latency.warmUp });
      for (const many of connections) {
        const options = { port, connections: many, seconds: latency.seconds };
        const { load } = await delivered(contender, options);
        const key = `${contender.name} ${many}`;
        loads.set(key, [...loads.get(key) ?? [], load]);
      }
    }
  }
  const medianOf = ({ name }: Contender, many: number, field: keyof Load) =>
    median(loads.get(`${name} ${many}`)!.map((load) => load[field]));
  const sync = median(syncTimes);
  print(
    `\n${latency.rounds} rounds of ${latency.seconds} s; one disk sync takes ${
      sync.toFixed(2)
    } ms\n`,
    ...table(
      ["contender", "connections", "callbacks/s", "p50 ms", "p99 ms", "p50 of bare Hono"],
      connections.flatMap((many) =>
        contenders.map((contender) => {
          const p50 = medianOf(contender, many, "p50");
          return [
            contender.name,
            String(many),
            medianOf(contender, many, "perSecond").toFixed(0),
            p50.toFixed(2),
            medianOf(contender, many, "p99").toFixed(2),
            (p50 / medianOf(bareHono, many, "p50")).toFixed(2),
          ];
        })
      ),
    ),
    "",
    `at 2 connections forwarding adds ${
      ((medianOf(forwarding, 2, "p50") - medianOf(bareHono, 2, "p50")) / sync).toFixed(2)
    } disk syncs to a bare Hono app`,
  );
}

async function measureEndToEnd(): Promise<void> {
  const contenders = [bareForwarder, forwarding];
  const rates = new Map<Contender, { answered: number[]; delivered: number[] }>(
    contenders.map((contender) => [contender, { answered: [], delivered: [] }]),
  );
  for (let round = 0; round < endToEnd.rounds; round++) {
    for (const contender of contenders) {
      await using running = await contender.start(targetURL());
      const { seconds } = endToEnd;
      const { load, took } = await delivered(contender, {
        port: running.port,
        connections: 64,
        seconds,
      });
      const { answered, delivered: arrived } = rates.get(contender)!;
      answered.push(load.perSecond);
      arrived.push(load.requests / took);
    }
  }
  const bare = median(rates.get(bareForwarder)!.delivered);
  print(
    `\n${endToEnd.rounds} rounds of ${endToEnd.seconds} s of load, 64 connections; ` +
      "delivered: until the last arrival\n",
    ...table(
      ["contender", "answered/s", "answered and delivered/s", "of the bare forwarder"],
      contenders.map((contender) => {
        const { answered, delivered: arrived } = rates.get(contender)!;
        return [
          contender.name,
          median(answered).toFixed(0),
          median(arrived).toFixed(0),
          (median(arrived) / bare).toFixed(2),
        ];
      }),
    ),
  );
}

/** Runs a round of load; ends when all of it has arrived, and tells how many seconds that took. */
async function delivered(contender: Contender, options: Omit<LoadOptions, "path" | "body">) {
  const before = await arrivals();
  const began = Date.now();
  const load = await runLoad({ ...options, path, body });
  if (!contender.forwards) return { load, took: options.seconds };
  let last = before;
  await eventually("the target has every delivery", async () => {
    last = await arrivals();
    return last.received - before.received >= load.requests;
  }, { within: 600_000 });
  return { load, took: (last.lastAt - began) / 1000 };
}

function targetURL(): string {
  return `http://127.0.0.1:${target.port}/`;
}

async function arrivals(): Promise<{ readonly received: number; readonly lastAt: number }> {
  return await (await fetch(targetURL())).json();
}

/** How long it takes to append 4 KiB to a file and to have it on the disk, milliseconds. */
async function timesOfSyncs(): Promise<readonly number[]> {
  await using folder = await tempFolder();
  using file = await Deno.open(await folder.write("synced", ""), { append: true });
  const times: number[] = [];
  for (let sync = 0; sync < syncs; sync++) {
    const began = performance.now();
    await file.write(new Uint8Array(4096));
    await file.syncData();
    times.push(performance.now() - began);
  }
  return times;
}

function median(values: readonly number[]): number {
  return quantile(values.toSorted((one, other) => one - other), 0.5);
}

/** A table in Markdown. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function print(...lines: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
