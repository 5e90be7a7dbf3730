/**
 * Load on one URL: `wrk` where it is installed, else autocannon from npm.
 *
 * @module
 */

/** What a round of load showed. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** The load of one round. */
export interface LoadOptions {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

/** The tool that makes the load. */
export async function loadTool(): Promise<"wrk" | "autocannon"> {
  try {
    await new Deno.Command("wrk", { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return "wrk";
  } catch {
    return "autocannon";
  }
}

/** Runs one round of load. */
export function runLoad(tool: "wrk" | "autocannon", options: LoadOptions): Promise<Load> {
  return tool === "wrk" ? runWrk(options) : runAutocannon(options);
}

async function runWrk({ url, body, connections, seconds }: LoadOptions): Promise<Load> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  await Deno.writeTextFile(
    script,
    `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json; charset=utf-8"
wrk.headers["operationID"] = "1754300000123"
wrk.body = ${JSON.stringify(body)}
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
`,
  );
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url];
  const { stdout } = await new Deno.Command("wrk", { args }).output();
  await Deno.remove(script);
  const found = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(new TextDecoder().decode(stdout));
  const [requests, duration, p50, p99, failed] = (found ?? []).slice(1).map(Number);
  if (failed !== 0) throw new Error(`${url}: ${failed} requests failed`);
  return {
    requests: requests!,
    perSecond: requests! / (duration! / 1e6),
    p50: p50! / 1000,
    p99: p99! / 1000,
  };
}

async function runAutocannon({ url, body, connections, seconds }: LoadOptions): Promise<Load> {
  const { default: autocannon } = await import("autocannon");
  const result = await autocannon({
    url,
    method: "POST",
    body,
    connections,
    duration: seconds,
    headers: { "content-type": "application/json; charset=utf-8", operationid: "1754300000123" },
  });
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: requests failed`);
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** CPU time so far of each thread of a process, microseconds, by the thread's id. */
export async function threadTimes(pid: number): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const nanoseconds = await timeOnProcessor(`/proc/${pid}/task/${name}`);
    if (nanoseconds !== undefined) times.set(name, nanoseconds / 1000);
  }
  if (times.size === 0) throw new Error("the kernel keeps no account of its threads (schedstat)");
  return times;
}

/** CPU time that a process has used since then, microseconds, but for threads that have ended. */
export async function cpuSince(pid: number, before: ReadonlyMap<string, number>): Promise<number> {
  let sum = 0;
  for (const [thread, time] of await threadTimes(pid)) sum += time - (before.get(thread) ?? 0);
  return sum;
}

/** By the scheduler's own account, which is finer than the ticks of `stat`. */
async function timeOnProcessor(task: string): Promise<number | undefined> {
  try {
    return Number((await Deno.readTextFile(`${task}/schedstat`)).split(" ")[0]);
  } catch (error) {
    // a thread may end while others are asked, and even while it is asked itself
    const hasEnded = error instanceof Deno.errors.NotFound ||
      (error as { readonly code?: string }).code === "ESRCH";
    if (hasEnded) return undefined;
    throw error;
  }
}
