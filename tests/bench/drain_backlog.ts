import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery } from "../delivery/builders.ts";
import { eventually } from "../support/eventually.ts";
import { benchRouter, groupReadBody, startCountingTarget } from "./bench_router.ts";

/** How many deliveries one transaction stores. */
const atOnce = 5000;
/** How many lines the series of the memory has. */
const lines = 10;

/** What the router's process had in memory when so many were delivered. */
export interface DrainPoint {
  readonly delivered: number;
  readonly mebibytes: number;
}

/** Fills an outbox, starts a router on it, and watches it until the target has everything. */
export async function drainBacklog({ backlog }: { readonly backlog: number }) {
  await using target = await startCountingTarget();
  const made = await benchRouter({
    rules: [{ use: "forward", to: "analytics" }],
    target: target.url,
    options: { concurrency: 32 },
  });
  await fill(made.outbox, backlog);
  await using router = await made.start();
  const began = performance.now();
  const series: DrainPoint[] = [];
  await eventually("the backlog is drained", async () => {
    const delivered = await target.received();
    if (delivered >= backlog * series.length / lines) {
      series.push({ delivered, mebibytes: await residentMebibytes(router.server.pid) });
    }
    return delivered >= backlog;
  }, { within: 600_000 });
  return { seconds: (performance.now() - began) / 1000, series };
}

async function fill(path: string, backlog: number): Promise<void> {
  const outbox = new SqliteOutbox(path, "process");
  for (let stored = 0; stored < backlog; stored += atOnce) {
    const count = Math.min(atOnce, backlog - stored);
    await outbox.append(
      Array.from(
        { length: count },
        (_, index) => aDelivery({ id: `d${stored + index}`, body: groupReadBody }),
      ),
    );
  }
  await outbox.close();
}

/** What a process has in memory, by the system's account, which is that of Linux. */
async function residentMebibytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
