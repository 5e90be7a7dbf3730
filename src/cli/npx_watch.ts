/**
 * Stops a router whose npx has ended. npx hands no signals on: `kill` of npx would leave the router
 * running on its ports, and the router cannot see it, since its parent, `deno task`, lives on.
 *
 * `deno task start` runs this beside the router and ends it with the router. It ends at once if npx
 * did not start the task, or on a system without `/proc`. It reads `/proc` and sends a signal, which
 * Deno allows with all permissions alone, so it is no part of the router.
 *
 * @module
 */

/** How often npx is looked for, milliseconds. */
const lookEvery = 1000;

/** What `/proc` says of a process. */
interface Process {
  readonly parent: number;
  /** When it started, in clock ticks since the machine did: a number may be used again. */
  readonly started: string;
}

function processOf(pid: number): Process | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // behind the name, which may hold anything
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(parent), started: rest[17] ?? "" };
  } catch {
    return undefined;
  }
}

/** The npx among the ancestors of this process. */
function findNpx(): number | undefined {
  for (let pid = Deno.ppid; pid > 1; pid = processOf(pid)?.parent ?? 0) {
    const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    if (/^npm exec |\bnpx(?:-cli\.js)? |\bnpm(?:-cli\.js)? exec /.test(command)) return pid;
  }
}

/** The other processes that `deno task` runs: the router. */
function siblings(): readonly number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name))
    .filter((pid) => pid > 0 && pid !== Deno.pid && processOf(pid)?.parent === Deno.ppid);
}

const npx = Deno.env.get("npm_command") === "exec" && processOf(Deno.pid) !== undefined
  ? findNpx()
  : undefined;
if (npx !== undefined) {
  const { started } = processOf(npx)!;
  const timer = setInterval(() => {
    if (processOf(npx)?.started === started) return;
    clearInterval(timer);
    const line = {
      "@timestamp": new Date().toISOString(),
      level: "WARN",
      message: "npx has ended, so the router stops",
      logger: "router",
    };
    Deno.stderr.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    for (const pid of siblings()) Deno.kill(pid, "SIGTERM");
  }, lookEvery);
}
